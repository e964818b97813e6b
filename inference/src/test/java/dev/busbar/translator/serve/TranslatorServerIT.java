package dev.busbar.translator.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.ChatModel;
import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import dev.busbar.translator.model.Device;
import dev.busbar.translator.model.ModelFolder;
import dev.busbar.translator.model.SessionSettings;
import dev.busbar.translator.model.Translator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TranslatorServerIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path models;

    private static TranslatorServer server;

    @BeforeAll
    static void start() throws IOException {
        TinyModel.marian(models.resolve("en-de"), Layout.MERGED, 1);
        TinyModel.marian(models.resolve("en-zh"), Layout.SPLIT, 2);
        TinyModel.m2m100(models.resolve("m2m100"), Layout.MERGED, 3);
        ChatModel.copy("plain", models.resolve("some-chat-model-1.5B"));
        server = TranslatorServer.start(
                new TranslatorServer.Start(
                        models, "127.0.0.1", 0, Optional.empty(), 2, new MemoryBudget(1L << 30, "the test")),
                folder -> Translator.load(folder, ModelFolder.preferred(Device.CPU), SessionSettings.CPU));
    }

    @AfterAll
    static void stop() {
        server.stop(Duration.ZERO, Duration.ofSeconds(10));
    }

    @Test
    void an_array_gives_what_single_texts_give() throws Exception {
        List<String> texts = List.of("the pump is on.", "one two three. four five!", "", "a\nb c", "hello there, you.");
        List<String> alone = new ArrayList<>();
        for (String text : texts) {
            alone.add(text.isEmpty() ? "" : translated(translate(JSON.writeValueAsString(text), "de")));
        }

        HttpResponse<String> answer = translate(JSON.writeValueAsString(texts), "de");

        List<String> together = new ArrayList<>();
        JSON.readTree(answer.body()).path("translatedText").forEach(text -> together.add(text.stringValue()));
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void many_clients_at_once_get_what_each_would_get_alone() throws Exception {
        String alone = translated(translate("\"the pump is on.\"", "de"));

        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 40)
                .mapToObj(i -> CLIENT.sendAsync(
                        request("/translate", body("\"the pump is on.\"", "de")), HttpResponse.BodyHandlers.ofString()))
                .toList();

        assertThat(answers)
                .allSatisfy(answer -> assertThat(translated(answer.join())).isEqualTo(alone));
    }

    @Test
    void markup_stays_and_broken_markup_is_text() throws Exception {
        String html = "<p class=\\\"x\\\">the pump</p><script>var a = 1 < 2;</script> a < b <b>unclosed";
        String body = "{\"q\": \"%s\", \"source\": \"en\", \"target\": \"de\", \"format\": \"html\"}".formatted(html);

        String answer = translated(post("/translate", body));

        assertThat(answer).startsWith("<p class=\"x\">").contains("</p><script>var a = 1 < 2;</script>", "<b>");
        assertThat(answer.substring(answer.indexOf("</script>") + 9)).doesNotContain(" < ");
    }

    @Test
    void the_other_dialects_translate_alike() throws Exception {
        String expected = translated(translate("\"the pump is on.\"", "de"));

        HttpResponse<String> deepl = post(
                "/v2/translate", "{\"text\": [\"the pump is on.\"], \"source_lang\": \"EN\", \"target_lang\": \"DE\"}");
        HttpResponse<String> inference = post(
                "/v2/models/en-de/infer",
                "{\"inputs\": [{\"name\": \"text\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"the pump is"
                        + " on.\"]}]}");

        assertThat(JSON.readTree(deepl.body()).at("/translations/0/text").stringValue())
                .isEqualTo(expected);
        assertThat(JSON.readTree(inference.body()).at("/outputs/0/data/0").stringValue())
                .isEqualTo(expected);
    }

    @Test
    void a_model_of_many_languages_takes_what_no_folder_is_named_for() throws Exception {
        HttpResponse<String> answer =
                post("/translate", "{\"q\": \"le chat\", \"source\": \"fr\", \"target\": \"zh\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void a_chat_model_takes_any_two_languages() throws Exception {
        HttpResponse<String> answer =
                post("/translate", "{\"q\": \"hello there\", \"source\": \"it\", \"target\": \"fr\"}");

        assertThat(translated(answer)).isNotBlank();
    }

    @Test
    void the_language_of_a_text_is_guessed() throws Exception {
        HttpResponse<String> answer =
                post("/translate", "{\"q\": \"The weather is nice today.\", \"source\": \"auto\", \"target\": \"de\"}");

        assertThat(JSON.readTree(answer.body()).at("/detectedLanguage/language").stringValue())
                .isEqualTo("en");
    }

    record Bad(String name, String path, String body, Charset charset, int status, String says) {
        static Bad of(String name, String path, String body, int status, String says) {
            return new Bad(name, path, body, StandardCharsets.UTF_8, status, says);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> badInput() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        String many = "\"\"" + ",\"a\"".repeat(99_999);
        String large = "x".repeat(10 << 20);
        return Stream.of(
                Bad.of("unknown language", "/translate", body("\"a\"", "xx"), 400, "en to xx is not served"),
                Bad.of("language that is no code", "/translate", body("\"a\"", "'; drop"), 400, "not served"),
                Bad.of("empty text", "/translate", body("\"\"", "de"), 400, "q is empty"),
                Bad.of("no text", "/translate", "{\"source\": \"en\", \"target\": \"de\"}", 400, "q is missing"),
                Bad.of("text of the wrong kind", "/translate", body("[1, 2]", "de"), 400, "q must be a text"),
                Bad.of("no target", "/translate", "{\"q\": \"a\"}", 400, "target is missing"),
                Bad.of("no JSON", "/translate", "{\"q\": ", 400, "the body is not JSON"),
                Bad.of("deep JSON", "/translate", "{\"q\": " + deep + "}", 400, "the body is not JSON"),
                Bad.of("100,000 texts", "/translate", body("[" + many + "]", "de"), 413, "100000 texts"),
                Bad.of("10 MB of text", "/translate", body("\"" + large + "\"", "de"), 413, "larger than"),
                new Bad(
                        "invalid UTF-8",
                        "/translate",
                        body("\"\u00e4\"", "de"),
                        StandardCharsets.ISO_8859_1,
                        400,
                        "not UTF-8"),
                Bad.of("unknown path", "/nothing", "{}", 404, "there is no POST /nothing"),
                Bad.of("unknown model", "/v2/models/xx/infer", "{}", 404, "there is no model xx"),
                Bad.of("wrong format", "/translate", body("\"a\", \"format\": \"pdf\"", "de"), 400, "format (pdf)"));
    }

    @ParameterizedTest
    @MethodSource("badInput")
    void bad_input_is_a_clear_error_and_the_server_goes_on(Bad bad) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(bad.path()))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(bad.body(), bad.charset()))
                .build();

        HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(bad.status());
        assertThat(JSON.readTree(answer.body()).path("error").stringValue()).contains(bad.says());
        assertThat(translate("\"the pump is on.\"", "de").statusCode()).isEqualTo(200);
    }

    @Test
    void the_server_says_what_it_serves_and_how_it_is() throws Exception {
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(get("/languages").body()).at("/0/targets").toString())
                .isEqualTo("[\"de\",\"zh\"]");
        assertThat(get("/v2/models/en-de").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").body())
                .contains(
                        "translator_requests_waiting",
                        "translator_requests_running",
                        "translator_inference_latency_seconds_bucket");
    }

    private static String body(String text, String target) {
        return "{\"q\": %s, \"source\": \"en\", \"target\": \"%s\"}".formatted(text, target);
    }

    private static HttpResponse<String> translate(String text, String target) throws Exception {
        return post("/translate", body(text, target));
    }

    private static String translated(HttpResponse<String> answer) {
        JsonNode text = JSON.readTree(answer.body()).path("translatedText");
        assertThat(text.isString()).as(answer.body()).isTrue();
        return text.stringValue();
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return CLIENT.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path));
    }
}
