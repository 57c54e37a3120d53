using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>A probe that asks something else: what keeps it from an answer is thrown as <see cref="Unanswered"/>, and its attempt's limit is kept here.</summary>
public abstract class AskingProbe : Probe
{
    public sealed override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        using var limit = new AttemptLimit(call, cancel);
        try
        {
            return await AskAsync(call, limit.Token);
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (OperationCanceledException)
        {
            limit.ThrowUnlessOver();
            return new Reading.NoAnswer($"no answer from {Signature.Name}{string.Concat(call.Arguments.Take(1).Select(a => " " + a))} within {Units.Duration(call.Timeout)}");
        }
    }

    /// <param name="cancel">Cancelled when the attempt's time is over, or the run.</param>
    /// <exception cref="Unanswered">Nothing that can be judged.</exception>
    protected abstract Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel);

    /// <summary>A target that refuses is an answer: <c>up</c> is false, and every other fact unknown for that reason.</summary>
    protected Reading Down(string because) => new Reading.Measured(new(Signature.Facts.Where(f => !f.TakesText).ToDictionary(
        f => f.Name,
        f => f.Name == "up" ? Value.Of(false) : (Value)new Value.Unknown(because))))
    {
        Evidence = [Evidence.OfText("connection.txt", because + "\n")],
    };
}

/// <summary>There is nothing to judge; the message is one line for a person: what didn't answer, how, and the remedy where there is one.</summary>
internal class Unanswered(string because) : Exception(because)
{
    /// <summary>The one that another failure comes from; null: none.</summary>
    public static Unanswered? In(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            if (failure is Unanswered found)
                return found;
        return null;
    }
}

/// <summary>The target itself says no: the connection is refused, or its name does not exist.</summary>
internal sealed class TargetRefused(string because) : Unanswered(because);
