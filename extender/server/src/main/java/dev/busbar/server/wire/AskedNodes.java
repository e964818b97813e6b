package dev.busbar.server.wire;

/**
 * The nodes of one request in the order asked. Positions point into the request's own text, so an answer can be
 * written from it for as long as the text lives.
 */
final class AskedNodes {
    /** What the scheduler sent, and so what it wants back. */
    enum Form {
        NAMES,
        OBJECTS
    }

    private final Form form;
    private final int[] numbers;
    private final byte[] text;
    private final int[] nameFrom;
    private final int[] nameTo;
    private final int[] itemFrom;
    private final int[] itemTo;

    /** The arrays become this object's own; those of the items are empty where only names were sent. */
    AskedNodes(Form form, int[] numbers, byte[] text, int[] nameFrom, int[] nameTo, int[] itemFrom, int[] itemTo) {
        this.form = form;
        this.numbers = numbers;
        this.text = text;
        this.nameFrom = nameFrom;
        this.nameTo = nameTo;
        this.itemFrom = itemFrom;
        this.itemTo = itemTo;
    }

    Form form() {
        return form;
    }

    /** Each node's number among the known names, -1 for a name that is not known. */
    int[] numbers() {
        return numbers;
    }

    int count() {
        return numbers.length;
    }

    /** Writes the node's name with its quotes. */
    void putName(int position, JsonBytes out) {
        out.put('"').put(text, nameFrom[position], nameTo[position]).put('"');
    }

    /** Writes nodes that follow each other, by name or as objects, as they were sent: what is between them is a comma. */
    void put(int from, int to, JsonBytes out) {
        switch (form) {
            case NAMES -> out.put(text, nameFrom[from] - 1, nameTo[to - 1] + 1);
            case OBJECTS -> out.put(text, itemFrom[from], itemTo[to - 1]);
        }
    }
}
