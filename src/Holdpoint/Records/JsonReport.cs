using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdpoint.Records;

/// <summary>
/// The record as one JSON object, for other programs. Members are only ever added; <see cref="SchemaVersion"/> rises when one changes its meaning or goes.
/// <code>
/// schema_version, run, title, environment, version, previous_version?, tool
/// state: ended | running     outcome: passed failed rolled_back aborted unknown rollback_failed superseded | null     exit_code: number | null
/// word, summary, because, cautions: [text]
/// started_by, participants: [{name, deeds}], started_at, ended_at?, as_of, duration_seconds, score?
/// stages: [{stage, entered_at?, score?, verdict, passed, counted}]
/// gates: [{id, name, state: held passed released, at, score?, by?, reason?, holds: [text], held_seconds}]
/// sign_offs: [{step, item, role, by, at, declined, comment, lapsed?}]     waivers: [{step, item, by, role, reason, at, until, over}]
/// glass?: {by, reason, at, reviewed_by?, reviewed_at?, comment}
/// rollback?: {cause, rule?, by, breach_began, decided_at, recovered?, because, budget_seconds, within_budget?, detection_seconds?, decision_seconds?,
///   execution_seconds?, recovery_seconds?, total_seconds?, targets: [{target, before, undone}]}
/// availability?: {observed_seconds, down_seconds, unseen_seconds, share?, down_share_of_day, down_share_of_month, objective?, allowed_seconds?, budget_left_seconds?,
///   allowed_seconds_of_day?, budget_left_seconds_of_day?, missed: [day month], outages: [{from, to?, because}]}
/// watch?: {began_at, planned_seconds, watched_seconds, ended_at?, extensions: [{at, by, reason, seconds}], ended_by?, ended_because?}
/// sections: [{id, heading, level, stage, file, line, verdict, owner?, skipped_because?, score?, minimum_score?, items: [item]}]
/// item: {id, text, each?, file, line, verdict, message, critical, advisory, steps: [step], children: [item]}
/// step: {id, sign, text, verdict, message, at?, elapsed_seconds, attempts: [{number, occurrence, at, verdict, message, elapsed_seconds, facts: {name: text}}],
///   evidence: [{name, sha256, bytes, attempt, text?, note}]}
/// rules: [{id, item, text, state, shown, accepted_by?, accepted_because?, changes: [{at, since, state, shown, filled_in}]}]
/// metrics: [{name, dimension, baseline?: {median, spread, count}, limits: [{value, label}], samples: [{at, value?, events?, reason?, filled_in?}], missing: [text]}]
/// gaps: [{from, to?, because, rule?}]     timeline: [{sequence, at, actor, text, tone, routine}]
/// journal: {entries, head, previous_run?, previous_head?, unknown_events: [text]}     proves: text
/// </code>
/// A verdict is one of passed, warned, waived, failed, unknown, pending, running, not_run, skipped. Times are UTC (RFC 3339), durations seconds, values in their base unit.
/// A member with ? is missing where there is nothing to say.
/// </summary>
public static class JsonReport
{
    public const int SchemaVersion = 1;

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(RunRecord record) => Encoding.UTF8.GetString(WriteBytes(record));

    public static byte[] WriteBytes(RunRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            Head(json, record);
            People(json, record);
            Rollback(json, record);
            JsonWatch.Availability(json, record);
            JsonWatch.Kept(json, record);
            List(json, "sections", record.Sections, JsonItems.Section);
            JsonWatch.Seen(json, record);
            List(json, "timeline", record.Timeline, (j, l) =>
            {
                j.WriteNumber("sequence", l.Sequence);
                At(j, "at", l.At);
                j.WriteString("actor", l.Actor);
                j.WriteString("text", l.Text);
                j.WriteString("tone", l.Tone.ToString().ToLowerInvariant());
                j.WriteBoolean("routine", l.Routine);
            });
            json.WriteStartObject("journal");
            json.WriteNumber("entries", record.Journal.Entries);
            json.WriteString("head", record.Journal.HeadHash);
            Text(json, "previous_run", record.Journal.PreviousRun);
            Text(json, "previous_head", record.Journal.PreviousHead);
            Texts(json, "unknown_events", record.Journal.UnknownEvents);
            json.WriteEndObject();
            json.WriteString("proves", record.Caveat);
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void Head(Utf8JsonWriter json, RunRecord record)
    {
        json.WriteNumber("schema_version", SchemaVersion);
        json.WriteString("run", record.Id);
        json.WriteString("title", CleanText.Line(record.Title));
        json.WriteString("environment", record.Environment);
        json.WriteString("version", record.Version);
        Text(json, "previous_version", record.PreviousVersion);
        json.WriteString("tool", record.Tool);
        json.WriteString("state", record.EndedAt is null ? "running" : "ended");
        if (record.Ending.Outcome is { } outcome)
        {
            json.WriteString("outcome", JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString()));
            json.WriteNumber("exit_code", (int)outcome);
        }
        else
        {
            json.WriteNull("outcome");
            json.WriteNull("exit_code");
        }

        json.WriteString("word", record.Ending.Word);
        json.WriteString("summary", record.Ending.Sentence);
        json.WriteString("because", record.Ending.Because);
        Texts(json, "cautions", record.Cautions);
        json.WriteString("started_by", record.StartedBy);
        List(json, "participants", record.Participants, (j, p) =>
        {
            j.WriteString("name", p.Name);
            j.WriteString("deeds", p.Deeds);
        });
        At(json, "started_at", record.StartedAt);
        At(json, "ended_at", record.EndedAt);
        At(json, "as_of", record.SeenAt);
        json.WriteNumber("duration_seconds", Math.Round(record.DurationSeconds, 3));
        Number(json, "score", record.Score);
        List(json, "stages", record.Stages, (j, s) =>
        {
            j.WriteString("stage", s.Stage.ToString().ToLowerInvariant());
            At(j, "entered_at", s.EnteredAt);
            Number(j, "score", s.Score);
            j.WriteString("verdict", JsonItems.Word(s.Kind));
            j.WriteNumber("passed", s.Passed);
            j.WriteNumber("counted", s.Counted);
        });
    }

    private static void People(Utf8JsonWriter json, RunRecord record)
    {
        List(json, "gates", record.Gates, (j, g) =>
        {
            j.WriteString("id", g.Id);
            j.WriteString("name", g.Name);
            j.WriteString("state", g.State);
            At(j, "at", g.At);
            Number(j, "score", g.Score);
            if (g.By.Length > 0)
            {
                j.WriteString("by", g.By);
                j.WriteString("reason", g.Reason);
            }

            Texts(j, "holds", g.Holds);
            j.WriteNumber("held_seconds", Math.Round(g.HeldFor, 3));
        });
        List(json, "sign_offs", record.SignOffs, (j, s) =>
        {
            j.WriteString("step", s.Step);
            j.WriteString("item", s.Item);
            j.WriteString("role", s.Role);
            j.WriteString("by", s.By);
            At(j, "at", s.At);
            j.WriteBoolean("declined", s.Declined);
            j.WriteString("comment", s.Comment);
            Text(j, "lapsed", s.Lapsed);
        });
        List(json, "waivers", record.Waivers, (j, w) =>
        {
            j.WriteString("step", w.Step);
            j.WriteString("item", w.Item);
            j.WriteString("by", w.By);
            j.WriteString("role", w.Role);
            j.WriteString("reason", w.Reason);
            At(j, "at", w.At);
            At(j, "until", w.Until);
            j.WriteBoolean("over", w.Ran);
        });
        if (record.Glass is not { } glass)
            return;
        json.WriteStartObject("glass");
        json.WriteString("by", glass.By);
        json.WriteString("reason", glass.Reason);
        At(json, "at", glass.At);
        Text(json, "reviewed_by", glass.Review);
        At(json, "reviewed_at", glass.ReviewedAt);
        json.WriteString("comment", glass.Comment);
        json.WriteEndObject();
    }

    private static void Rollback(Utf8JsonWriter json, RunRecord record)
    {
        if (record.Rollback is not { } back)
            return;
        json.WriteStartObject("rollback");
        json.WriteString("cause", back.Cause);
        Text(json, "rule", back.Rule);
        json.WriteString("by", back.By);
        At(json, "breach_began", back.BreachBegan);
        At(json, "decided_at", back.DecidedAt);
        if (back.Recovered is { } recovered)
            json.WriteBoolean("recovered", recovered);
        json.WriteString("because", back.Because);
        json.WriteNumber("budget_seconds", back.BudgetSeconds);
        if (back.WithinBudget is { } within)
            json.WriteBoolean("within_budget", within);
        Number(json, "detection_seconds", back.Detection);
        Number(json, "decision_seconds", back.Decision);
        Number(json, "execution_seconds", back.Execution);
        Number(json, "recovery_seconds", back.Recovery);
        Number(json, "total_seconds", back.TotalSeconds);
        List(json, "targets", back.Targets, (j, t) =>
        {
            j.WriteString("target", t.Target);
            j.WriteString("before", t.Before);
            j.WriteBoolean("undone", t.Undone);
        });
        json.WriteEndObject();
    }

    internal static void List<T>(Utf8JsonWriter json, string name, IEnumerable<T> of, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var one in of)
        {
            json.WriteStartObject();
            write(json, one);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    internal static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    /// <summary>JSON knows no infinity and no NaN.</summary>
    internal static void Number(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } n && double.IsFinite(n))
            json.WriteNumber(name, n);
    }

    internal static void Number(Utf8JsonWriter json, string name, decimal? number)
    {
        if (number is { } n)
            json.WriteNumber(name, n);
    }

    internal static void At(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } moment)
            json.WriteString(name, Moments.Iso(moment));
    }
}
