using System.Text.RegularExpressions;

namespace Holdpoint.Adopting.Words;

/// <summary>Words of headings and items that are about neither stages nor limits, in eight languages.</summary>
internal static partial class SectionWords
{
    /// <summary>Headings under which things are looked up: nothing there is a step.</summary>
    public static bool IsReference(string heading) => Reference().IsMatch(heading);

    /// <summary>"Option A", "Method 2": one of several ways.</summary>
    public static bool IsOption(string heading) => Option().IsMatch(heading);

    /// <summary>A heading that begins with a platform's name.</summary>
    public static bool IsPlatform(string heading) => Platform().IsMatch(heading);

    /// <summary>"If the database is down": what stands there is done in that case only.</summary>
    public static bool IsForOneCase(string heading) => OneCase().IsMatch(heading);

    public static bool SaysCritical(string paragraph) => Critical().IsMatch(paragraph);

    public static bool MustPass(string heading) => Must().IsMatch(heading);

    /// <summary>An item that says of itself that it may not apply.</summary>
    public static bool IsOptional(string text) => Optional().IsMatch(text);

    /// <summary>That something is there to be used one day: "rollback command available", "criteria defined".</summary>
    public static bool IsReadiness(string text) => Ready().IsMatch(text);

    public static bool IsCritical(string text) => CriticalItem().IsMatch(text);

    public static bool IsSignOff(string heading) => SignOff().IsMatch(heading);

    [GeneratedRegex(@"\bappendix|\bquick (?:reference|commands)|\btroubleshoot|\breferences?\b|\bfaq\b|\bexamples?\b|\buseful (?:commands|links)|\brelated\b|\bresources\b|\bse algo (?:der|dá) errado|\bsi algo (?:sale|va) mal|\bif (?:something|anything) (?:goes|went|is) wrong|\bwenn etwas schief|\ben cas de (?:problème|panne)|\bcommon (?:issues|problems|errors)|\bdebugging|\btable of contents|\bknown issues|\bsupport\b|\badditional notes|\bcommand(?:s)? (?:reference|cheat)|\bcheat ?sheet|\banhang|\bfehlerbehebung|\bproblembehebung|\bannexe|\bdépannage|\bapéndice|\banexo|\bsolución de problemas|\bapêndice|\bsolução de problemas|\breferencias|приложение|устранение неполадок|справка|附录|参考|故障排|常见问题|トラブルシュ|付録", RegexOptions.IgnoreCase)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\b(?:option|method|variant|alternative|approach|méthode|opción|opção|método|variante|вариант|способ)\s*(?:[0-9]|[A-D]\b)|方案[一二三0-9A-C]|方法[一二三0-9]|\(alternative\)|\bmanual(?:ly)? \(alternative|^\W*(?:via|über|por medio de|a través de)\s+\p{Lu}", RegexOptions.IgnoreCase)]
    private static partial Regex Option();

    [GeneratedRegex(@"^[\W0-9]*(?:(?:deploy(?:ing|ment)?|setup|on|to|for|with|using)\s+(?:on|to|for|with|using)?\s*)?(?:fly(?:\.io)?|render|heroku|kamal|vercel|netlify|railway|aws|gcp|azure|google cloud|digitalocean|docker(?: compose)?|kubernetes|k8s|systemd|helm|bare metal|linux|windows|macos|ubuntu|debian|pm2|cpanel|cloudflare|github pages)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Platform();

    [GeneratedRegex(@"^[\W0-9]*(?:(?:if|when|in case|wenn|falls|si|en caso|en cas|se|em caso|caso|если|при)\b|如果|若|当|.*(?:場合|とき)\W*$)", RegexOptions.IgnoreCase)]
    private static partial Regex OneCase();

    [GeneratedRegex(@"^\W*(?:critical|kritisch|critique|crític[oa]|критично|критически важно|重要|关键|必须|必須|クリティカル)\b?\s*(?:[:：]\*\*|\*\*\s*[:：])", RegexOptions.IgnoreCase)]
    private static partial Regex Critical();

    [GeneratedRegex(@"\((?:must pass|mandatory|required|critical|kritisch|verpflichtend|zwingend|pflicht|obligatori[oa]|crític[oa]|obrigatóri[oa]|obligatoire|critique|обязательно|критично)\)|[(（](?:必须|必須|关键|重要|必须通过)[)）]", RegexOptions.IgnoreCase)]
    private static partial Regex Must();

    [GeneratedRegex(@"[(（]\s*(?:optional|if |when applicable|falls |wenn |bei bedarf|optionnel|facultatif|si |opcional|se |если|при необходимости|опционально|如(?:果|需|有|适用|启用|使用|要|必要)|可选|任意|必要に応じ|該当|falls zutreffend|gegebenenfalls|le cas échéant|se aplicável)|\boptional\)|\bif applicable\b", RegexOptions.IgnoreCase)]
    private static partial Regex Optional();

    [GeneratedRegex(@"\b(?:available|documented|defined|in place|prepared|agreed|known|ready|rehearsed|tested|dokumentiert|definiert|vorbereitet|bereit|getestet|documentée?s?|définie?s?|prête?s?|testée?s?|documentad[oa]s?|definid[oa]s?|preparad[oa]s?|list[oa]s?|probad[oa]s?|testad[oa]s?|pront[oa]s?)\b|задокументир|определен|готов|已(?:准备|定义|记录|测试)|準備済|定義済", RegexOptions.IgnoreCase)]
    private static partial Regex Ready();

    [GeneratedRegex(@"[(\[（](?:critical|kritisch|critique|crític[oa]|критично|关键|重要|必須|クリティカル)[)\]）]|^\W*\*\*(?:critical|kritisch|critique|crític[oa]|критично|关键|重要|必須)\s*(?:[:：]|\*\*)", RegexOptions.IgnoreCase)]
    private static partial Regex CriticalItem();

    [GeneratedRegex(@"\bsign[ -]?offs?\b|\bapprov(?:al|ed|ers?)|\bgo[ /-]?no[ -]?go\b|\bfreigabe|\bgenehmigung|\babnahme|\bunterschrift|\bvalidation finale|\bapprobation|\bsignatures?\b|\baprobaci|\bfirmas?\b|\bvisto bueno|\baprovaç|\bassinatura|подпис|согласован|утвержден|签字|签署|审批|批准|承認|署名|サインオフ", RegexOptions.IgnoreCase)]
    private static partial Regex SignOff();
}
