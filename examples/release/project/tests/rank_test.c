// Prints one line per failed check; the status is the number of them.
#include <stdio.h>
#include <string.h>

#include "../src/rank.h"

static int failures;

static void check(int condition, const char *what) {
    if (!condition) {
        printf("failed: %s\n", what);
        failures++;
    }
}

int main(void) {
    rank_table table;
    check(rank_init(&table) == 0, "init");
    for (int i = 0; i < 10000; i++) {
        char word[16];
        int length = snprintf(word, sizeof word, "w%d", i % 700);
        check(rank_add(&table, word, (size_t)length) == 0, "add");
    }
    check(table.count == 700, "700 different words");
    rank_sort(&table);
    check(table.entries[0].count == 15, "the most frequent was seen 15 times");
    check(strcmp(table.entries[0].word, "w0") == 0, "ties are in order of the word");
    check(table.entries[699].count == 14, "the least frequent was seen 14 times");
    rank_free(&table);
    return failures;
}
