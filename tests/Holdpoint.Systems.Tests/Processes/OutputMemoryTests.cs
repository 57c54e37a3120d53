using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

/// <summary>What the whole process allocates is measured: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(OutputMemoryTests), DisableParallelization = true)]
[Collection(nameof(OutputMemoryTests))]
public sealed class OutputMemoryTests : Scratch
{
    [Fact]
    public async Task Fifty_megabytes_of_output_are_kept_in_little_memory()
    {
        var before = GC.GetTotalAllocatedBytes();

        var ended = await RunAsync(Bash("yes 0123456789012345678901234567890123456789012345678 | head -1000000") with { OutputLimit = 10_000 });

        Assert.Equal(50_000_000, ended.Output.Characters);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 40_000_000);
    }
}
