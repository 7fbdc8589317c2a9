SELECT * FROM okta.apps.jwks WHERE subdomain = '{{ subdomain }}' -- required;
INSERT INTO okta.apps.jwks (subdomain) SELECT '{{ subdomain }}';
DELETE FROM okta.apps.jwks WHERE subdomain = '{{ subdomain }}' --required;
EXEC okta.apps.jwks.activate_oauth2_client_json_web_key @subdomain='{{ subdomain }}' --required;
