package dev.busbar.translator.template;

import dev.busbar.translator.template.Expression.Binary;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** The values of expressions in a scope. */
final class Evaluator {
    private static final int LONGEST_RANGE = 10_000;

    private final Scope scope;

    Evaluator(Scope scope) {
        this.scope = scope;
    }

    boolean isTrue(Expression expression) {
        return Values.isTrue(value(expression));
    }

    Object value(Expression expression) {
        return switch (expression) {
            case Expression.Literal(Object value) -> value;
            case Expression.Name(String name) -> scope.value(name);
            case Expression.Items(List<Expression> items) -> values(items);
            case Expression.Entries(Map<Expression, Expression> entries) -> {
                Map<Object, Object> map = new LinkedHashMap<>();
                entries.forEach((key, value) -> map.put(value(key), value(value)));
                yield map;
            }
            case Expression.Member(Expression of, Expression key) -> member(of, value(of), value(key));
            case Expression.Slice(
                    Expression of,
                    Optional<Expression> from,
                    Optional<Expression> to,
                    Optional<Expression> step) -> Values.slice(value(of), bound(from), bound(to), bound(step));
            case Expression.Call call -> call(call);
            case Expression.Filter(Expression input, String name, List<Expression> arguments) ->
                Filters.apply(name, value(input), values(arguments));
            case Expression.Test(Expression input, String name, List<Expression> arguments) ->
                Tests.holds(name, value(input), values(arguments));
            case Expression.Not(Expression of) -> !isTrue(of);
            case Expression.Minus(Expression of) -> {
                Object value = value(of);
                yield value instanceof Double number ? (Object) (-number) : (Object) (-Values.whole(value));
            }
            case Expression.Binary binary -> binary(binary);
            case Expression.Choice(Expression condition, Expression then, Expression otherwise) ->
                isTrue(condition) ? value(then) : value(otherwise);
        };
    }

    private List<Object> values(List<Expression> expressions) {
        return expressions.stream().map(this::value).toList();
    }

    private Object bound(Optional<Expression> bound) {
        return bound.map(this::value).orElse(Absent.NONE);
    }

    private static Object member(Expression of, Object whole, Object key) {
        return switch (whole) {
            case Map<?, ?> map -> map.containsKey(key) ? map.get(key) : Absent.UNDEFINED;
            case Namespace(var members) when key instanceof String name -> members.getOrDefault(name, Absent.UNDEFINED);
            case List<?> list
            when key instanceof Long place -> {
                long index = place < 0 ? place + list.size() : place;
                yield index >= 0 && index < list.size() ? list.get((int) index) : Absent.UNDEFINED;
            }
            case String text
            when key instanceof Long place -> {
                long index = place < 0 ? place + text.length() : place;
                yield index >= 0 && index < text.length() ? String.valueOf(text.charAt((int) index)) : Absent.UNDEFINED;
            }
            case Absent _ ->
                throw new TemplateException(
                        "%s has no %s: it is %s".formatted(named(of), Values.text(key), Values.kind(whole)));
            default -> Absent.UNDEFINED;
        };
    }

    private static String named(Expression expression) {
        return switch (expression) {
            case Expression.Name(String name) -> name;
            case Expression.Member(Expression of, Expression.Literal(Object key)) -> named(of) + "." + Values.text(key);
            default -> "what is asked";
        };
    }

    private Object call(Expression.Call call) {
        List<Object> arguments = values(call.arguments());
        if (call.callee() instanceof Expression.Member(Expression of, Expression.Literal(String method))) {
            return Methods.call(value(of), method, arguments);
        }
        String name = call.callee() instanceof Expression.Name(String given) ? given : "what is called";
        return switch (name) {
            case "namespace" -> {
                Map<String, Object> members = new HashMap<>();
                call.named().forEach((key, value) -> members.put(key, value(value)));
                yield new Namespace(members);
            }
            case "raise_exception" -> throw new TemplateException(Values.text(Values.argument(name, arguments, 0)));
            case "range" -> range(arguments);
            default -> throw new TemplateException("%s is no function that is known".formatted(name));
        };
    }

    private static List<Object> range(List<Object> arguments) {
        long first = arguments.size() > 1 ? Values.index(arguments.getFirst()) : 0;
        long end = Values.index(Values.argument("range", arguments, arguments.size() > 1 ? 1 : 0));
        long step = arguments.size() > 2 ? Values.index(arguments.get(2)) : 1;
        if (step == 0 || Math.abs((end - first) / step) > LONGEST_RANGE) {
            throw new TemplateException("a range from %d to %d is too long".formatted(first, end));
        }
        return LongStream.iterate(first, i -> step > 0 ? i < end : i > end, i -> i + step)
                .<Object>mapToObj(Long::valueOf)
                .toList();
    }

    private Object binary(Binary binary) {
        Object left = value(binary.left());
        return switch (binary.sign()) {
            case "and" -> Values.isTrue(left) ? value(binary.right()) : left;
            case "or" -> Values.isTrue(left) ? left : value(binary.right());
            default -> binary(binary.sign(), left, value(binary.right()));
        };
    }

    private static Object binary(String sign, Object left, Object right) {
        return switch (sign) {
            case "==" -> Values.same(left, right);
            case "!=" -> !Values.same(left, right);
            case "<" -> Values.compare(left, right) < 0;
            case "<=" -> Values.compare(left, right) <= 0;
            case ">" -> Values.compare(left, right) > 0;
            case ">=" -> Values.compare(left, right) >= 0;
            case "in" -> Values.contains(right, left);
            case "~" -> Values.text(left) + Values.text(right);
            default -> Arithmetic.of(sign, left, right);
        };
    }
}
