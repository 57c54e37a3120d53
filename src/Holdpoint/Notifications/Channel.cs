using Holdpoint.Processes;

namespace Holdpoint.Notifications;

/// <summary>
/// A way to tell people. A channel is one file: a class with a parameterless constructor that is found by its type
/// (<see cref="ChannelCatalogue"/>) and says in <see cref="Settings"/> what <c>holdpoint.yaml</c> has to give.
/// </summary>
public abstract class Channel
{
    /// <summary>Its key below a channel's name: <c>channels: ops: { slack: … }</c>.</summary>
    public abstract string Kind { get; }

    public abstract string Summary { get; }

    /// <summary>The first is required, and may stand alone behind the kind.</summary>
    public abstract IReadOnlyList<ChannelSetting> Settings { get; }

    /// <summary>One attempt. What it throws, besides being cancelled, counts as not told.</summary>
    public abstract Task<Delivery> SendAsync(Message message, ChannelCall call, CancellationToken cancel);
}

public enum SettingForm
{
    Text,

    /// <summary>An http or https address.</summary>
    Url,

    /// <summary>A command, run as scripts are: nothing is put in.</summary>
    Script,
}

public sealed record ChannelSetting(string Name, string Summary, SettingForm Form = SettingForm.Text);

/// <param name="Settings">Every <c>${…}</c> put in.</param>
/// <param name="Folder">Where relative paths start and commands run.</param>
/// <param name="ScriptVariables">As for scripts of a checklist.</param>
/// <param name="Timeout">This attempt's limit; the token is cancelled when it is over.</param>
public sealed record ChannelCall(
    IReadOnlyDictionary<string, string> Settings,
    string Folder,
    IReadOnlyDictionary<string, string?> ScriptVariables,
    TimeSpan Timeout,
    ChannelContext Context);

/// <summary>What channels may use of the world.</summary>
/// <param name="Http">Without following redirects: a message goes where the configuration says or nowhere.</param>
public sealed record ChannelContext(ICommandRunner Commands, TimeProvider Time, HttpMessageInvoker Http)
{
    /// <summary>With connections of its own.</summary>
    public static ChannelContext Over(ICommandRunner commands, TimeProvider time) =>
        new(commands, time, new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }));
}
