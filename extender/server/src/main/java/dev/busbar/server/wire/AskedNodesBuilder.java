package dev.busbar.server.wire;

import java.util.Arrays;

/** Gathers the nodes of a request; kept from request to request for its arrays. */
final class AskedNodesBuilder {
    private int[] numbers = new int[64];
    private int[] nameFrom = new int[64];
    private int[] nameTo = new int[64];
    private int[] itemFrom = new int[64];
    private int[] itemTo = new int[64];
    private int count;

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    int number(int position) {
        return numbers[position];
    }

    void name(int number, int from, int to) {
        if (count == numbers.length) {
            grow();
        }
        numbers[count] = number;
        nameFrom[count] = from;
        nameTo[count] = to;
        count++;
    }

    private void grow() {
        numbers = Arrays.copyOf(numbers, count * 2);
        nameFrom = Arrays.copyOf(nameFrom, count * 2);
        nameTo = Arrays.copyOf(nameTo, count * 2);
        itemFrom = Arrays.copyOf(itemFrom, count * 2);
        itemTo = Arrays.copyOf(itemTo, count * 2);
    }

    void item(int number, int from, int to, int wholeFrom, int wholeTo) {
        name(number, from, to);
        itemFrom[count - 1] = wholeFrom;
        itemTo[count - 1] = wholeTo;
    }

    AskedNodes names(byte[] text) {
        return new AskedNodes(
                AskedNodes.Form.NAMES, copy(numbers), text, copy(nameFrom), copy(nameTo), new int[0], new int[0]);
    }

    AskedNodes objects(byte[] text) {
        return new AskedNodes(
                AskedNodes.Form.OBJECTS,
                copy(numbers),
                text,
                copy(nameFrom),
                copy(nameTo),
                copy(itemFrom),
                copy(itemTo));
    }

    private int[] copy(int[] array) {
        return Arrays.copyOf(array, count);
    }
}
