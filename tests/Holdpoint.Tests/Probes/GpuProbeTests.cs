using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class GpuProbeTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Devices_are_counted_and_the_busiest_and_fullest_are_told()
    {
        _machine.Commands.Exits(0, "0, NVIDIA A100-SXM4-40GB, 37, 10240, 40960\n1, NVIDIA A100-SXM4-40GB, 12, 30720, 40960\n");

        var reading = await _machine.AskAsync(new GpuProbe(), []);

        Assert.Equal(2, reading.Facts().Number("devices"));
        Assert.Equal(0.37, reading.Facts().Number("used"));
        Assert.Equal(0.75, reading.Facts().Number("memory_used"));
        Assert.Contains("1       NVIDIA A100-SXM4-40GB  12%   75%", reading.Evidence("devices.txt"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[N/A]"), InlineData("[Not Supported]"), InlineData("[Unknown Error]")]
    public async Task What_one_device_does_not_tell_is_unknown_for_all(string nothing)
    {
        _machine.Commands.Exits(0, $"0, NVIDIA A100, 37, 10240, 40960\n1, NVIDIA A100, {nothing}, {nothing}, 40960\n");

        var facts = await _machine.MeasureAsync(new GpuProbe(), []);

        Assert.Equal(2, facts.Number("devices"));
        Assert.Equal("device 1 (NVIDIA A100) does not tell its use", facts.Unknown("used"));
        Assert.Equal("device 1 (NVIDIA A100) does not tell its memory", facts.Unknown("memory_used"));
    }

    [Theory]
    [InlineData(0), InlineData(6)]
    public async Task A_driver_that_finds_no_device_says_none(int exit)
    {
        _machine.Commands.Exits(exit, "No devices were found\n");

        var facts = await _machine.MeasureAsync(new GpuProbe(), []);

        Assert.Equal(0, facts.Number("devices"));
        Assert.Equal("the driver finds no device", facts.Unknown("used"));
    }

    [Fact]
    public async Task A_missing_program_a_failing_driver_and_garbage_are_no_answer()
    {
        _machine.Commands.Exits(9, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n");
        Assert.StartsWith("the driver gives no answer (nvidia-smi ended with 9): NVIDIA-SMI has failed because", await _machine.RefusalAsync(new GpuProbe(), []), StringComparison.Ordinal);

        _machine.Commands.Exits(0, "0, NVIDIA A100, 37, 10");
        Assert.Equal("nvidia-smi answers with something other than a device: '0, NVIDIA A100, 37, 10'", await _machine.RefusalAsync(new GpuProbe(), []));

        _machine.Commands.Exits(0, "");
        Assert.Contains("writes nothing", await _machine.RefusalAsync(new GpuProbe(), []), StringComparison.Ordinal);

        Assert.StartsWith("nvidia-smi is not on PATH: it comes with the driver", await _machine.RefusalAsync(new GpuProbe(), []), StringComparison.Ordinal);
    }
}
