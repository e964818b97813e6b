package dev.busbar.translator.template;

import java.util.ArrayList;
import java.util.List;

/** Sums of texts, lists and numbers, and what else is done with numbers. */
final class Arithmetic {
    private Arithmetic() {}

    static Object of(String sign, Object left, Object right) {
        if (left instanceof Long a && right instanceof Long b && !sign.equals("/")) {
            return whole(sign, a, b);
        }
        if (left instanceof Number a && right instanceof Number b) {
            return decimal(sign, a.doubleValue(), b.doubleValue());
        }
        if (sign.equals("+") && left instanceof String a && right instanceof String b) {
            return a + b;
        }
        if (sign.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
            List<Object> both = new ArrayList<>(a);
            both.addAll(b);
            return both;
        }
        throw new TemplateException("%s %s %s is nothing".formatted(Values.kind(left), sign, Values.kind(right)));
    }

    private static Object whole(String sign, long left, long right) {
        if (right == 0 && (sign.equals("//") || sign.equals("%"))) {
            throw new TemplateException("%d %s 0 is nothing".formatted(left, sign));
        }
        return switch (sign) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> throw new TemplateException(sign + " is no sign for whole numbers");
        };
    }

    private static Object decimal(String sign, double left, double right) {
        return switch (sign) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            default -> throw new TemplateException(sign + " is no sign for numbers");
        };
    }
}
