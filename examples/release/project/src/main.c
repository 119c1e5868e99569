// rank: reads text on standard input, prints each word with its count, most frequent first.
#include <ctype.h>
#include <stdio.h>

#include "rank.h"

int main(void) {
    rank_table table;
    if (rank_init(&table)) return 1;
    char word[256];
    size_t length = 0;
    for (int c; (c = getchar()) != EOF;) {
        if (isalpha(c) && length < sizeof word) {
            word[length++] = (char)tolower(c);
        } else if (length) {
            if (rank_add(&table, word, length)) return 1;
            length = 0;
        }
    }
    if (length && rank_add(&table, word, length)) return 1;
    rank_sort(&table);
    for (size_t i = 0; i < table.count; i++) printf("%ld %s\n", table.entries[i].count, table.entries[i].word);
    rank_free(&table);
    return 0;
}
