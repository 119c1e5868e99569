// Line ends of wf for tree-sitter: one ends a statement unless the next line goes on with it. See "Space" in grammar/wf.ebnf.
#include "tree_sitter/parser.h"

#include <stdlib.h>
#include <string.h>

// OPENED: the line end behind an opening brace, which only says where the first statement begins.
enum { NEWLINE, OPENED, ERROR_SENTINEL };

// The column that the present statement's first line begins at.
typedef struct { uint16_t indent; } Scanner;

static const char *const clauses[] = {"after", "when", "timeout", "deadline", "retry", "undo", "pool", "rate", "breaker",
                                      "priority", "cache", "once", "no", "via", "returns", "backoff", "factor", 0};

void *tree_sitter_wf_external_scanner_create(void) {
    static Scanner empty;
    Scanner *scanner = malloc(sizeof(Scanner));
    *scanner = empty;
    return scanner;
}
void tree_sitter_wf_external_scanner_destroy(void *payload) { free(payload); }
unsigned tree_sitter_wf_external_scanner_serialize(void *payload, char *buffer) {
    memcpy(buffer, payload, sizeof(Scanner));
    return sizeof(Scanner);
}
void tree_sitter_wf_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    Scanner *scanner = payload;
    scanner->indent = 0;
    if (length == sizeof(Scanner)) memcpy(scanner, buffer, length);
}

static bool is_letter(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }
static void blanks(TSLexer *lexer) {
    while (lexer->lookahead == ' ' || lexer->lookahead == '\t') lexer->advance(lexer, false);
}

// Whether the line that begins with this word goes on with the statement above.
static bool word_continues(TSLexer *lexer, uint16_t column) {
    char word[16];
    unsigned length = 0;
    while (is_letter(lexer->lookahead) || is_digit(lexer->lookahead)) {
        if (length < sizeof word - 1) word[length++] = (char)lexer->lookahead;
        lexer->advance(lexer, false);
    }
    word[length] = 0;
    bool has_blank = lexer->lookahead == ' ' || lexer->lookahead == '\t';
    bool ends_line = lexer->lookahead == '\n' || lexer->lookahead == '\r' || lexer->eof(lexer);
    blanks(lexer);
    int32_t next = lexer->lookahead;
    lexer->advance(lexer, false);
    int32_t second = lexer->lookahead;
    if (!strcmp(word, "else")) return !((next == '=' || next == '-') && second == '>');
    if (!strcmp(word, "catch")) return true;
    if (!strcmp(word, "as") || !strcmp(word, "with")) return has_blank;
    if (column == 0) return false;
    if (!strcmp(word, "once") || !strcmp(word, "jitter")) return ends_line || has_blank;
    // which failures a `retry` is for; with an arrow it is what happens to a flow's step
    if (!strcmp(word, "on")) {
        for (int32_t last = next; lexer->lookahead != '\n' && !lexer->eof(lexer); lexer->advance(lexer, false)) {
            if (last == '-' && lexer->lookahead == '>') return false;
            last = lexer->lookahead;
        }
        return has_blank;
    }
    for (unsigned index = 0; clauses[index]; index++) {
        if (strcmp(word, clauses[index])) continue;
        bool is_target = next == '=' || next == ':' || (next == '-' && second == '>');
        bool is_value = strchr("+*/%<>&|?", (char)next) || (next == '-' && second == ' ');
        return has_blank && !is_target && !is_value && next != '\n';
    }
    return false;
}

bool tree_sitter_wf_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
    Scanner *scanner = payload;
    if (!(valid[NEWLINE] || valid[OPENED]) || valid[ERROR_SENTINEL]) return false;
    bool has_newline = false;
    uint16_t column = 0;
    lexer->result_symbol = valid[OPENED] ? OPENED : NEWLINE;
    while (true) {
        int32_t c = lexer->lookahead;
        if (c == '\n') {
            lexer->advance(lexer, !has_newline);
            if (!has_newline) lexer->mark_end(lexer);
            has_newline = true;
            column = 0;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            lexer->advance(lexer, !has_newline);
            column++;
        } else if (c == '/') {
            if (!has_newline) return false;
            lexer->advance(lexer, false);
            if (lexer->lookahead != '/') return false; // an operator
            while (lexer->lookahead != '\n' && !lexer->eof(lexer)) lexer->advance(lexer, false);
        } else {
            break;
        }
    }
    if (!has_newline || lexer->eof(lexer)) return false;
    int32_t c = lexer->lookahead;
    if (valid[OPENED]) {
        if (c != '}') scanner->indent = column;
        return true;
    }
    switch (c) {
    case '}': case ')': case ']': case ',': case ':': case '+': case '*': case '%': case '<': case '>': case '|': case '&': case '?':
        return false;
    case '=': return false;
    case '!': {
        lexer->advance(lexer, false);
        if (lexer->lookahead == '=') return false;
        break;
    }
    case '-': {
        lexer->advance(lexer, false);
        if (lexer->lookahead == '>') return false;
        break;
    }
    case '.': {
        lexer->advance(lexer, false);
        if (!is_letter(lexer->lookahead) || column > scanner->indent) return false;
        break;
    }
    default:
        if (is_letter(c) && word_continues(lexer, column)) return false;
    }
    scanner->indent = column;
    return true;
}
