namespace Holdpoint.Records;

/// <summary>
/// The look of the report. Text on its ground has a contrast of at least 4.5 in light and in dark (WCAG 2.2, 1.4.3); a tone is always
/// a word and a sign as well. No <c>&lt;</c> and no <c>&amp;</c>, so that the page is XML too.
/// </summary>
internal static class HtmlStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--page:#f7f7f5;--card:#fff;--text:#1b1f24;--quiet:#59636e;--line:#e2e4e8;--link:#0b57c2;--code:#f2f3f5;
        --good:#0f6b34;--good-bg:#e6f4ea;--caution:#7a4a00;--caution-bg:#fcf1d9;--bad:#b3261e;--bad-bg:#fcebe9;--unknown:#5a3ea6;--unknown-bg:#f0ebfb;--neutral:#475160;--neutral-bg:#eceff2}
        @media (prefers-color-scheme:dark){:root{--page:#121518;--card:#1a1e23;--text:#e7e9ec;--quiet:#a0a9b4;--line:#2d333b;--link:#8ab8ff;--code:#22272e;
        --good:#82d7a3;--good-bg:#12301f;--caution:#f0c368;--caution-bg:#34280f;--bad:#ff9f95;--bad-bg:#3c1916;--unknown:#c6b5ff;--unknown-bg:#271f42;--neutral:#b6bfca;--neutral-bg:#262c33}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
        main{max-width:58rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
        h1,h2,h3{line-height:1.25;margin:0}
        h1{font-size:1.05rem;font-weight:600}
        h2{font-size:1.15rem;margin:2.5rem 0 .75rem}
        h3{font-size:1rem;margin:1.5rem 0 .5rem}
        p{margin:.5rem 0}
        a{color:var(--link)}
        code,pre{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
        code{background:var(--code);border-radius:4px;padding:.1em .35em}
        .quiet{color:var(--quiet)}
        .small{font-size:.875rem}
        .good{color:var(--good);background:var(--good-bg)}.caution{color:var(--caution);background:var(--caution-bg)}.bad{color:var(--bad);background:var(--bad-bg)}
        .unknown{color:var(--unknown);background:var(--unknown-bg)}.neutral{color:var(--neutral);background:var(--neutral-bg)}
        .banner{border-radius:14px;padding:1.5rem}
        .banner h1,.banner .sentence,.banner .where{color:var(--text)}
        .verdict{display:flex;align-items:center;gap:.75rem;margin:.75rem 0 .5rem;font-size:2rem;font-weight:700;line-height:1.15}
        .verdict svg{flex:none;width:2.75rem;height:2.75rem;padding:.55rem;border-radius:50%;color:var(--card);fill:none;stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}
        .good .verdict svg{background:var(--good)}.caution .verdict svg{background:var(--caution)}.bad .verdict svg{background:var(--bad)}.unknown .verdict svg{background:var(--unknown)}.neutral .verdict svg{background:var(--neutral)}
        .sentence{font-size:1.125rem;margin:0;max-width:46rem}
        .where{margin:0;font-size:.9375rem}
        .cautions{margin:1rem 0 0;padding:.9rem 1.1rem;background:var(--card);border:1px solid var(--line);border-radius:10px}
        .cautions h2{font-size:.9375rem;margin:0 0 .25rem}
        .cautions ul{margin:0;padding-left:1.2rem}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.2rem,1fr));gap:.75rem;margin:1rem 0 0}
        .figures div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.75rem .9rem}
        .figures dt{color:var(--quiet);font-size:.8125rem}
        .figures dd{margin:0}
        .figures dd.value{font-size:1.375rem;font-weight:650;line-height:1.3}
        .figures dd.note{color:var(--quiet);font-size:.8125rem}
        .card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.1rem}
        .bar{display:flex;gap:2px;height:.8rem;margin:.9rem 0 .6rem;border-radius:6px;overflow:hidden}
        .bar span{min-width:4px}
        .t1{background:#8a97a6}.t2{background:#c08a1e}.t3{background:#3b82f6}.t4{background:#2c9a5b}
        .times{display:flex;flex-wrap:wrap;gap:.35rem 1.5rem;margin:0;padding:0;list-style:none}
        .times i{display:inline-block;width:.7rem;height:.7rem;border-radius:3px;margin-right:.4rem}
        .badge{display:inline-flex;align-items:center;gap:.3rem;border-radius:999px;padding:.05rem .6rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:.9375rem;overflow-wrap:break-word}
        th,td{text-align:left;vertical-align:top;padding:.45rem .9rem .45rem 0;border-bottom:1px solid var(--line)}
        tr:last-child th,tr:last-child td{border-bottom:0}
        thead th{color:var(--quiet);font-weight:500;font-size:.8125rem}
        tbody th{font-weight:500}
        .compared .number{text-align:right;padding-right:1.4rem}
        .compared td:last-child{min-width:11rem}
        .number{font-variant-numeric:tabular-nums;white-space:nowrap}
        .chart{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.75rem;margin:0 0 .75rem;overflow-x:auto}
        .chart .hp-chart{display:block;min-width:38rem;width:100%}
        .timeline{list-style:none;margin:0;padding:0}
        .timeline li{display:grid;grid-template-columns:4.6rem 1.5rem 1fr;padding:.28rem 0}
        .timeline time{color:var(--quiet);font-size:.875rem;font-variant-numeric:tabular-nums;padding-top:.08rem}
        .timeline .sign{display:inline-flex;align-items:center;justify-content:center;width:1.1rem;height:1.1rem;margin-top:.2rem;border-radius:50%;font-size:.6875rem;font-weight:700}
        .timeline .day{display:block;color:var(--quiet);font-size:.8125rem;padding:.6rem 0 .2rem}
        .items{list-style:none;margin:0;padding:0;background:var(--card);border:1px solid var(--line);border-radius:10px}
        .items .items{border:0;border-radius:0;margin-left:1.1rem;border-left:2px solid var(--line)}
        .item{border-bottom:1px solid var(--line)}
        .item:last-child{border-bottom:0}
        .line{display:grid;grid-template-columns:6.2rem 1fr;gap:.1rem .6rem;padding:.55rem .9rem;align-items:start}
        summary{cursor:pointer;list-style-position:outside}
        summary.line{list-style:none}
        summary.line::-webkit-details-marker{display:none}
        summary.line .what::after{content:"▸";color:var(--quiet);margin-left:.45rem;font-size:.8rem}
        details[open]>summary.line .what::after{content:"▾"}
        summary.line:hover{background:var(--neutral-bg)}
        :focus-visible{outline:2px solid var(--link);outline-offset:2px}
        .msg{grid-column:2;color:var(--quiet);font-size:.875rem}
        .tag{color:var(--quiet);font-size:.75rem;border:1px solid var(--line);border-radius:4px;padding:0 .3rem;margin-left:.35rem;white-space:nowrap}
        .steps{padding:.1rem .9rem .8rem 7.7rem}
        .step{margin:.4rem 0 .9rem}
        .step p{margin:.25rem 0}
        .facts{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .9rem;margin:.4rem 0;font-size:.875rem}
        .facts dt{color:var(--quiet)}
        .facts dd{margin:0}
        figure{margin:.5rem 0}
        figcaption{color:var(--quiet);font-size:.8125rem}
        pre{margin:.25rem 0 0;padding:.7rem .8rem;background:var(--code);border-radius:8px;overflow-x:auto;max-height:24rem;white-space:pre;overflow-wrap:normal;tab-size:4}
        details.more{margin:.5rem 0}
        details.more>summary{list-style-position:inside;color:var(--link);font-size:.9375rem}
        footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.875rem}
        footer dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0 0 .75rem}
        footer dd{margin:0}
        @media (max-width:40rem){main{padding:.75rem .75rem 2rem}.banner{padding:1.1rem}.verdict{font-size:1.6rem}.verdict svg{width:2.3rem;height:2.3rem;padding:.45rem}.sentence{font-size:1.0625rem}
        .line{grid-template-columns:1fr}.msg{grid-column:1}.steps{padding-left:.9rem}.timeline li{grid-template-columns:4.2rem 1.4rem 1fr}.facts,footer dl{grid-template-columns:1fr}.facts dd{margin-bottom:.2rem}
        .figures{grid-template-columns:1fr 1fr}.items .items{margin-left:.5rem}}
        @media print{:root{color-scheme:light}body{background:#fff;font-size:11pt}main{max-width:none;padding:0}.banner,.badge,.sign,.bar span{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        .banner,.figures div,.chart,.step,tr,.timeline li{break-inside:avoid}h2,h3{break-after:avoid}pre{max-height:none;white-space:pre-wrap}.chart .hp-chart{min-width:0}summary.line .what::after{content:""}}
        @media print{details::details-content{display:block;content-visibility:visible;height:auto}}
        """;
}
