using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class ScenarioReaderTests
{
    [Fact]
    public void Requests_headers_bodies_checks_and_captures_are_told_apart()
    {
        var (scenario, problems) = ScenarioReader.Read(
            """
            # Makes one and takes it away again.
            POST ${api}/v1/cpus HTTP/1.1
            Content-Type: application/json
            // no authorization needed

            {
              "name": "Test CPU",

              "cores": 4
            }

            ? status == 201
            id = $.id
            where = header"Location"

            ### A second one
            GET ${api}/v1/cpus
                ?page=2
                &size=10
            Accept: application/json

            ### always
            DELETE ${api}/v1/cpus/${id}

            ? status == 204 or status == 404
            """);
        Assert.Empty(problems);
        Assert.Equal(["POST", "GET", "DELETE"], scenario.Steps.Select(s => s.Method));
        var (make, list, clean) = (scenario.Steps[0], scenario.Steps[1], scenario.Steps[2]);
        Assert.Equal((2, "${api}/v1/cpus"), (make.Line, make.Address));
        Assert.Equal([("Content-Type", "application/json")], make.Headers);
        Assert.Equal("{\n  \"name\": \"Test CPU\",\n\n  \"cores\": 4\n}", make.Body);
        Assert.Equal([(12, "status == 201")], make.Checks.Select(c => (c.Line, c.Text)));
        Assert.Equal([("id", "$.id"), ("where", "header\"Location\"")], make.Captures.Select(c => (c.Name, c.Source)));
        Assert.Equal(("A second one", "${api}/v1/cpus?page=2&size=10"), (list.Title, list.Address));
        Assert.Null(list.Body);
        Assert.True(clean.Always);
        Assert.Equal(["api"], scenario.NeededVariables);
        Assert.Equal("step 3 DELETE …/${id}", clean.ToString());
    }

    [Fact]
    public void An_address_alone_is_a_GET()
    {
        var (scenario, problems) = ScenarioReader.Read("http://127.0.0.1/health\n\n###\n");
        Assert.Empty(problems);
        Assert.Equal(("GET", "http://127.0.0.1/health"), (Assert.Single(scenario.Steps).Method, scenario.Steps[0].Address));
    }

    [Fact]
    public void A_form_that_is_sent_is_no_capture()
    {
        var step = Assert.Single(ScenarioReader.Read("POST http://a/\n\nname=one\n\n? status == 200\r\n").Scenario.Steps);
        Assert.Equal("name=one", step.Body);
        Assert.Empty(step.Captures);
    }

    [Theory]
    [InlineData("", 1, "has no request")]
    [InlineData("# only a comment", 1, "has no request")]
    [InlineData("fetch the page", 1, "'fetch the page' is no request")]
    [InlineData("GET http://a\nno header here", 2, "is no header")]
    [InlineData("GET http://a\n\n?status == 200", 3, "the sign touches the condition")]
    [InlineData("GET http://a\n\n? stauts == 200", 3, "stauts")]
    [InlineData("GET http://a\n\n? time < 5", 3, "5")]
    [InlineData("GET http://a\n\n?", 3, "a condition is missing")]
    [InlineData("GET http://a\n\n? status == 200\nid = id", 4, "keeps nothing of the answer")]
    [InlineData("GET http://a\n\n? status == 200\nid = $.a[", 4, "is no path")]
    [InlineData("GET http://a\n\n? status == 200\nGET http://b", 4, "stands after the checks")]
    [InlineData("GET http://a\n### always\n", 2, "no request follows '### always'")]
    [InlineData("@host = http://a\nGET http://a", 1, "declares no variables")]
    [InlineData("GET {{host}}/a", 1, "{{name}} is not put in")]
    [InlineData("POST http://a\n\n< ./body.json", 3, "files and scripts are not read")]
    public void Each_mistake_has_its_line_and_its_mend(string fence, int line, string what)
    {
        var problem = Assert.Single(ScenarioReader.Read(fence).Problems);
        Assert.Equal(line, problem.Line);
        Assert.Contains(what, problem.What);
        Assert.NotEmpty(problem.Fix);
    }

    [Fact]
    public void Every_mistake_is_told_at_once() =>
        Assert.Equal([2, 4, 8], ScenarioReader.Read("GET http://a\nno header\n\n? stauts == 1\n\n###\nGET http://b\n?status == 1\n").Problems.Select(p => p.Line));

    [Fact]
    public void Nested_JSON_is_not_mistaken_for_variables() =>
        Assert.Empty(ScenarioReader.Read("POST http://a\n\n{\"a\":{\"b\":{}}}\n").Problems);
}
