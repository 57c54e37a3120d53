using System.Text.RegularExpressions;

namespace Holdpoint.Adopting.Words;

/// <summary>What people call the numbers that they watch.</summary>
/// <param name="Unit">As metrics write it.</param>
internal sealed record MetricWord(string Name, string Unit);

internal static partial class MetricWords
{
    /// <summary>The metric that a text names; null where it names none, or one that a number alone does not make.</summary>
    public static MetricWord? Of(string text)
    {
        var percentile = Percentile().Match(text) is { Success: true } p ? p.Groups["p"].Value : "";
        if (Latency().IsMatch(text) || percentile.Length > 0)
            return percentile.Length > 0 ? new($"latency_p{percentile}", "seconds") : new("response_time", "seconds");
        if (ErrorRate().IsMatch(text))
            return new("error_rate", "ratio");
        if (SuccessRate().IsMatch(text))
            return new("success_rate", "ratio");
        if (Availability().IsMatch(text))
            return new("availability", "ratio");
        if (HitRate().IsMatch(text))
            return new("cache_hit_rate", "ratio");
        if (Pool().IsMatch(text))
            return new("pool_used", "ratio");
        if (Cpu().IsMatch(text))
            return Memory().IsMatch(text) ? null : new("cpu_used", "ratio");
        if (Gpu().IsMatch(text))
            return new("gpu_used", "ratio");
        if (Memory().IsMatch(text))
            return new("memory_used", "ratio");
        return Disk().IsMatch(text) ? new("disk_used", "ratio") : null;
    }

    /// <summary>A state that lasts: what is down, unhealthy, unreachable for longer than a time. The metric counts what is in it.</summary>
    public static MetricWord? OfState(string text) => Down().IsMatch(text) ? new("services_down", "count") : Unhealthy().IsMatch(text) ? new("services_unhealthy", "count") : null;

    [GeneratedRegex(@"\bp(?<p>50|75|90|95|99|99\.9)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Percentile();

    [GeneratedRegex(@"\blatency\b|\bresponse times?\b|\blatenz|\bantwortzeit|\btemps de réponse|\blatence|\btiempo de respuesta|\blatencia|\btempo de resposta|\blatência|время ответа|время отклика|задержк|响应时间|延迟|レイテンシ|応答時間|レスポンス(?:タイム|時間)", RegexOptions.IgnoreCase)]
    private static partial Regex Latency();

    [GeneratedRegex(@"\berror rates?\b|\bfehlerrate|\bfehlerquote|\btaux d'erreurs?|\btasa de errore?s?|\btaxa de erros?|(?:уровень|процент|доля|частота) ошибок|错误率|エラー率", RegexOptions.IgnoreCase)]
    private static partial Regex ErrorRate();

    [GeneratedRegex(@"^(?:\W*)(?:login |request |job )?success rate\b|\berfolgsquote|\btaux de succès|\btasa de éxito|\btaxa de sucesso|доля успешных|^(?:\W*)(?:请求|登录)?成功率", RegexOptions.IgnoreCase)]
    private static partial Regex SuccessRate();

    [GeneratedRegex(@"\buptime\b|\bavailability\b|\bverfügbarkeit|\bdisponibilité|\bdisponibilidade?\b|доступность|可用性|可用率|稼働率", RegexOptions.IgnoreCase)]
    private static partial Regex Availability();

    [GeneratedRegex(@"\bcache hit r|\btreffer(?:rate|quote)|缓存命中率|キャッシュヒット率", RegexOptions.IgnoreCase)]
    private static partial Regex HitRate();

    [GeneratedRegex(@"\bpool\b|连接池", RegexOptions.IgnoreCase)]
    private static partial Regex Pool();

    [GeneratedRegex(@"\bcpu\b|\bprozessor|\bprocesador|\bprocessador|\bprocesseur|процессор|处理器", RegexOptions.IgnoreCase)]
    private static partial Regex Cpu();

    [GeneratedRegex(@"\bgpu\b", RegexOptions.IgnoreCase)]
    private static partial Regex Gpu();

    [GeneratedRegex(@"\bmemory\b|\bram\b|\bspeicher(?:auslastung|verbrauch)|\bmémoire|\bmemoria|\bmemória|памят|内存|メモリ", RegexOptions.IgnoreCase)]
    private static partial Regex Memory();

    [GeneratedRegex(@"\bdisk (?:usage|used)|\bfestplatten(?:auslastung|belegung)|\buso (?:de|del) disco|\butilisation (?:du )?disque|\buso (?:de|do) disco|заполнен\p{L}* диска|磁盘使用|ディスク使用", RegexOptions.IgnoreCase)]
    private static partial Regex Disk();

    [GeneratedRegex(@"\b(?:outage|downtime|unavailab|unreachable|service down|ausfall|nicht erreichbar|injoignable|fuera de servicio|fora do ar|indisponib|caída del servicio|недоступ)|不可用|サービス停止|停止中", RegexOptions.IgnoreCase)]
    private static partial Regex Down();

    [GeneratedRegex(@"\bunhealthy\b|\bungesund\w*|\bno saludables?\b|\bnão saudáve(?:l|is)\b|\bdéfaillante?s?\b|нездоров|不健康|異常なサービス", RegexOptions.IgnoreCase)]
    private static partial Regex Unhealthy();
}
