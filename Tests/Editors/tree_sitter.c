// Parses the files named on standard input, one a line, with grammar/tree-sitter-wf and prints those with a place that the grammar
// does not know. With a query as argument, its names are counted as well. Run by scripts/test-editors.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_wf(void);

static char *contents(const char *path, uint32_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    *length = (uint32_t)ftell(file);
    rewind(file);
    char *text = malloc(*length + 1);
    if (fread(text, 1, *length, file) != *length) return NULL;
    text[*length] = 0;
    fclose(file);
    return text;
}

// The first error or missing token in a tree.
static TSNode mistake(TSNode node) {
    if (ts_node_is_missing(node) || !strcmp(ts_node_type(node), "ERROR")) return node;
    for (uint32_t index = 0; index < ts_node_child_count(node); index++) {
        TSNode child = ts_node_child(node, index);
        if (ts_node_has_error(child) || ts_node_is_missing(child)) return mistake(child);
    }
    return node;
}

int main(int count, char **words) {
    TSParser *parser = ts_parser_new();
    if (!ts_parser_set_language(parser, tree_sitter_wf())) return fprintf(stderr, "another version of tree-sitter\n"), 2;
    TSQuery *query = NULL;
    if (count > 1) {
        uint32_t length, place;
        TSQueryError failure;
        char *text = contents(words[1], &length);
        query = text ? ts_query_new(tree_sitter_wf(), text, length, &place, &failure) : NULL;
        if (!query) return fprintf(stderr, "%s: mistake %d at byte %u\n", words[1], failure, place), 2;
    }
    char path[4096];
    int files = 0, wrong = 0;
    unsigned captures = 0;
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = 0;
        uint32_t length;
        char *text = contents(path, &length);
        if (!text) return fprintf(stderr, "cannot read %s\n", path), 2;
        TSTree *tree = ts_parser_parse_string(parser, NULL, text, length);
        TSNode root = ts_tree_root_node(tree);
        files++;
        if (ts_node_has_error(root)) {
            TSPoint at = ts_node_start_point(mistake(root));
            printf("%s:%u:%u\n", path, at.row + 1, at.column + 1);
            wrong++;
        }
        if (query) {
            TSQueryCursor *cursor = ts_query_cursor_new();
            ts_query_cursor_exec(cursor, query, root);
            TSQueryMatch match;
            uint32_t index;
            while (ts_query_cursor_next_capture(cursor, &match, &index)) captures++;
            ts_query_cursor_delete(cursor);
        }
        ts_tree_delete(tree);
        free(text);
    }
    printf("%d files, %d not understood, %u captures\n", files, wrong, captures);
    return wrong > 0;
}
