#include <cmark.h>

/// Frees what cmark has returned.
static inline void wf_cmark_free(char *text) {
    cmark_get_default_mem_allocator()->free(text);
}
