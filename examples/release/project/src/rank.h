// Counts words and ranks them.
#ifndef RANK_H
#define RANK_H
#include <stddef.h>

typedef struct {
    char *word;
    long count;
} rank_entry;

typedef struct {
    rank_entry *entries;
    size_t count, capacity;
    size_t *table;
    size_t table_size;
} rank_table;

int rank_init(rank_table *table);
int rank_add(rank_table *table, const char *word, size_t length);
void rank_sort(rank_table *table);
void rank_free(rank_table *table);

#endif
