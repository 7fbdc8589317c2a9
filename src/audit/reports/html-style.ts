/**
 * How the page looks: in light and dark, on a phone and on paper. Colours are chosen for a contrast of 4.5 and more
 * (https://www.w3.org/TR/WCAG22/#contrast-minimum), and no meaning is told by colour alone.
 *
 * @module
 */

export const STYLE = `
:root{color-scheme:light dark;--ink:#1b2130;--page:#fff;--dim:#556;--line:#ccd2dd;--soft:#f3f5f9;--link:#0b57b0;
--alarm:#b3261e;--error:#8a2a86;--skip:#7a5200;--manual:#00626e;--info:#2b57c5;--ok:#1a6b37;--accepted:#5b6270}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9f0;--page:#12151c;--dim:#a9b0c0;--line:#3a4154;--soft:#1b202b;--link:#8ab8ff;
--alarm:#ff8a80;--error:#e59be2;--skip:#f0c26b;--manual:#7fd4df;--info:#9ab6ff;--ok:#7fd69b;--accepted:#aab1c2}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:1.5rem;max-width:72rem;color:var(--ink);background:var(--page);overflow-wrap:break-word}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.3rem;margin:2.5rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
h3{font-size:1.05rem;margin:0;display:inline}h4{font-size:.95rem;margin:1rem 0 .35rem}
p{margin:.4rem 0}a{color:var(--link)}
.meta{color:var(--dim);margin:0}
.skiplink{position:absolute;left:-99rem}.skiplink:focus{position:static}
.totals{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.6rem;margin:1.2rem 0;padding:0;list-style:none}
.totals li{background:var(--soft);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem}
.totals strong{display:block;font-size:1.6rem;line-height:1.1}
.totals span{font-size:.85rem;color:var(--dim)}
svg{display:block;width:100%;height:auto;max-width:52rem;margin:.5rem 0}
svg text{font:13px system-ui,sans-serif;fill:var(--ink)}svg .dim{fill:var(--dim)}svg .axis{stroke:var(--line)}
figure{margin:1rem 0}figcaption{color:var(--dim);font-size:.9rem}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;margin:.3rem 0;padding:0;font-size:.9rem}
.key svg{display:inline-block;width:.8rem;height:.8rem;margin:0 .35rem 0 0}
.f-alarm{fill:var(--alarm)}.f-error{fill:var(--error)}.f-skip{fill:var(--skip)}.f-manual{fill:var(--manual)}.f-info{fill:var(--info)}.f-ok{fill:var(--ok)}.f-accepted{fill:var(--accepted)}
.alarm>.status,td .alarm{color:var(--alarm)}.error>.status,td .error{color:var(--error)}.skip>.status,td .skip{color:var(--skip)}
.manual>.status{color:var(--manual)}.info>.status,td .info{color:var(--info)}.ok>.status,td .ok{color:var(--ok)}td .accepted{color:var(--accepted)}
.status{font-weight:700;text-transform:uppercase;font-size:.8rem;letter-spacing:.03em;white-space:nowrap}
.severity{border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;font-size:.8rem;color:var(--dim);white-space:nowrap}
fieldset{border:1px solid var(--line);border-radius:.4rem;margin:1.5rem 0 0;padding:.4rem .9rem .6rem;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}
fieldset label{padding:.25rem 0;cursor:pointer}legend{font-weight:600}
details.control{border:1px solid var(--line);border-radius:.4rem;margin:.6rem 0;background:var(--page)}
details.control>summary{padding:.65rem .9rem;cursor:pointer;display:flex;flex-wrap:wrap;gap:.2rem .7rem;align-items:baseline}
details.control>summary::before{content:"\\25B8";color:var(--dim)}details.control[open]>summary::before{content:"\\25BE"}
details.control>summary{list-style:none}details.control>summary::-webkit-details-marker{display:none}
.alarm>summary{border-left:.35rem solid var(--alarm);border-radius:.35rem 0 0 .35rem}.error>summary{border-left:.35rem solid var(--error);border-radius:.35rem 0 0 .35rem}
summary:focus-visible,a:focus-visible,input:focus-visible,.wide:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.count{color:var(--dim);font-size:.9rem;margin-inline-start:auto}
.body{padding:.2rem .9rem .9rem;border-top:1px solid var(--line)}
.body details>summary{cursor:pointer;color:var(--link);padding:.25rem 0}
.wide{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums;min-width:100%}
caption{text-align:start;color:var(--dim);font-size:.9rem;padding:.25rem 0}
th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:start;vertical-align:top;max-width:48ch;white-space:pre-wrap;unicode-bidi:plaintext}
th{background:var(--soft);font-weight:600}td.number,th.number{text-align:end;white-space:nowrap}
td.null{color:var(--dim);font-style:italic}
pre{background:var(--soft);border:1px solid var(--line);border-radius:.4rem;padding:.7rem;overflow-x:auto;font:13px/1.45 ui-monospace,monospace;margin:.4rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.4rem 0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
body:has(#show-alarm:checked) .control:not(.alarm),body:has(#show-error:checked) .control:not(.error),
body:has(#show-skip:checked) .control:not(.skip),body:has(#show-manual:checked) .control:not(.manual),
body:has(#show-info:checked) .control:not(.info),body:has(#show-ok:checked) .control:not(.ok){display:none}
@media (max-width:36rem){body{padding:.9rem}h1{font-size:1.4rem}.count{margin-inline-start:0}dl{grid-template-columns:1fr}dd{margin-bottom:.35rem}td,th{max-width:34ch}}
@media print{:root{--ink:#000;--page:#fff;--dim:#444;--line:#999;--soft:#f3f3f3;--link:#000;--alarm:#b3261e;--error:#8a2a86;--skip:#7a5200;--manual:#00626e;--info:#2b57c5;--ok:#1a6b37;--accepted:#5b6270;color-scheme:light}
body{font-size:10pt;max-width:none;padding:0}fieldset,.skiplink,nav{display:none}details.control{break-inside:auto;display:block!important}
details::details-content{content-visibility:visible;block-size:auto;display:block}.wide{overflow:visible}tr,figure{break-inside:avoid}thead{display:table-header-group}pre{white-space:pre-wrap}
td,th{max-width:none;overflow-wrap:anywhere}h2,summary{break-after:avoid}}
`;
