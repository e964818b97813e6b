package dev.busbar.testclusters.stack;

import java.util.List;

/** Series in promtool's notation, one value per minute, and whether they make an alert fire at a minute. */
record RuleCase(String alert, boolean fires, int minute, List<String> series) {
    static RuleCase fires(String alert, int minute, String... series) {
        return new RuleCase(alert, true, minute, List.of(series));
    }

    static RuleCase silent(String alert, int minute, String... series) {
        return new RuleCase(alert, false, minute, List.of(series));
    }

    /** As a test of promtool. */
    String yaml() {
        var text = new StringBuilder("  - interval: 1m\n    input_series:\n");
        if (series.isEmpty()) {
            text.append("      - {series: unrelated, values: 0x60}\n");
        }
        for (var one : series) {
            int space = one.indexOf("} ") + 1;
            text.append("      - series: '%s'%n        values: '%s'%n"
                    .formatted(one.substring(0, space), one.substring(space + 1)));
        }
        text.append("    promql_expr_test:\n      - expr: 'count(ALERTS{alertname=\"%s\",alertstate=\"firing\"})'%n"
                .formatted(alert));
        text.append("        eval_time: %dm%n        exp_samples: [%s]%n"
                .formatted(minute, fires ? "{labels: '{}', value: 1}" : ""));
        return text.toString();
    }
}
