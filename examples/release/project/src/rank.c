#include "rank.h"

#include <stdlib.h>
#include <string.h>

static size_t hash(const char *word, size_t length) {
    size_t value = 1469598103934665603u;
    for (size_t i = 0; i < length; i++) value = (value ^ (unsigned char)word[i]) * 1099511628211u;
    return value;
}

int rank_init(rank_table *table) {
    memset(table, 0, sizeof *table);
    table->table_size = 64;
    table->table = calloc(table->table_size, sizeof *table->table);
    return table->table ? 0 : -1;
}

static int grow(rank_table *table) {
    size_t size = table->table_size * 2;
    size_t *slots = calloc(size, sizeof *slots);
    if (!slots) return -1;
    for (size_t i = 0; i < table->count; i++) {
        const char *word = table->entries[i].word;
        size_t at = hash(word, strlen(word)) & (size - 1);
        while (slots[at]) at = (at + 1) & (size - 1);
        slots[at] = i + 1;
    }
    free(table->table);
    table->table = slots;
    table->table_size = size;
    return 0;
}

int rank_add(rank_table *table, const char *word, size_t length) {
    if (table->count * 2 >= table->table_size && grow(table)) return -1;
    size_t at = hash(word, length) & (table->table_size - 1);
    while (table->table[at]) {
        rank_entry *entry = &table->entries[table->table[at] - 1];
        if (strlen(entry->word) == length && !memcmp(entry->word, word, length)) {
            entry->count++;
            return 0;
        }
        at = (at + 1) & (table->table_size - 1);
    }
    if (table->count == table->capacity) {
        size_t capacity = table->capacity ? table->capacity * 2 : 64;
        rank_entry *entries = realloc(table->entries, capacity * sizeof *entries);
        if (!entries) return -1;
        table->entries = entries;
        table->capacity = capacity;
    }
    char *copy = malloc(length + 1);
    if (!copy) return -1;
    memcpy(copy, word, length);
    copy[length] = 0;
    table->entries[table->count] = (rank_entry){copy, 1};
    table->table[at] = ++table->count;
    return 0;
}

static int order(const void *left, const void *right) {
    const rank_entry *a = left, *b = right;
    if (a->count != b->count) return a->count < b->count ? 1 : -1;
    return strcmp(a->word, b->word);
}

void rank_sort(rank_table *table) {
    if (table->count) qsort(table->entries, table->count, sizeof *table->entries, order);
}

void rank_free(rank_table *table) {
    for (size_t i = 0; i < table->count; i++) free(table->entries[i].word);
    free(table->entries);
    free(table->table);
}
