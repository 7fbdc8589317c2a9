/**
 * A certificate that signs itself, and its key, for servers of these tests on loopback: for `*.okta.test`, `localhost` and
 * `*.localhost`, until 2126. Nobody else trusts it.
 */

export const CERTIFICATE: string = `-----BEGIN CERTIFICATE-----
MIIBujCCAWGgAwIBAgIUf1/Wzx/qI9HTeq7Jfgp/j+8t91UwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLb2t0YXFsIHRlc3QwIBcNMjYxMTI0MTEyOTU0WhgPMjEyNjEw
MzExMTI5NTRaMBYxFDASBgNVBAMMC29rdGFxbCB0ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAExDJCwY0a3WavTqXarB1ecJGyDxOq/yyMYY2hkapc7j/dIrRD
in/IybnBRS8ZM9gy1Q+/XXLt5eHOGFjXmjT6ZKOBijCBhzAdBgNVHQ4EFgQUitTi
UTLro5kBu3+NXnWlyXmyoMswHwYDVR0jBBgwFoAUitTiUTLro5kBu3+NXnWlyXmy
oMswDwYDVR0TAQH/BAUwAwEB/zA0BgNVHREELTArggsqLm9rdGEudGVzdIIJbG9j
YWxob3N0ggsqLmxvY2FsaG9zdIcEfwAAATAKBggqhkjOPQQDAgNHADBEAiByEnTJ
GdyaRXzMqWM7SEiRmuAL9g9LZhvKAvqsZ7FvzQIgFf3PxLIQFD7W/WM3cV4+4B+G
HEks2t9nnwlcqqnZ8Ss=
-----END CERTIFICATE-----
`;

export const KEY: string = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtnMq0m73YwcQjNdr
BBiA0upQWf+6r4p+dR6RRJOmN9ShRANCAATEMkLBjRrdZq9OpdqsHV5wkbIPE6r/
LIxhjaGRqlzuP90itEOKf8jJucFFLxkz2DLVD79dcu3l4c4YWNeaNPpk
-----END PRIVATE KEY-----
`;
