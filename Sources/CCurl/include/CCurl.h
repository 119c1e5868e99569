// libcurl, loaded with `dlopen` on first use: whoever makes no HTTP call pays nothing for it at start. Its variadic
// functions get one typed function per kind of value. It decides nothing; callers do.
// Options, information and codes are those of libcurl's stable ABI (https://curl.se/libcurl/c/symbols-in-versions.html).
#ifndef WF_CCURL_H
#define WF_CCURL_H
#include <stddef.h>
#include <stdint.h>

enum wf_curl_option {
    WF_CURL_WRITE_DATA = 10001, WF_CURL_URL = 10002, WF_CURL_READ_DATA = 10009, WF_CURL_ERROR_BUFFER = 10010,
    WF_CURL_BODY = 10015, WF_CURL_USER_AGENT = 10018, WF_CURL_HEADERS = 10023, WF_CURL_HEADER_DATA = 10029,
    WF_CURL_METHOD = 10036, WF_CURL_AUTHORITIES = 10065, WF_CURL_ENCODINGS = 10102, WF_CURL_PRIVATE = 10103,
    WF_CURL_SEEK_DATA = 10168,
    WF_CURL_WRITE_FUNCTION = 20011, WF_CURL_READ_FUNCTION = 20012, WF_CURL_HEADER_FUNCTION = 20079,
    WF_CURL_SEEK_FUNCTION = 20167,
    WF_CURL_NO_BODY = 44, WF_CURL_UPLOAD = 46, WF_CURL_GET = 80, WF_CURL_NO_SIGNAL = 99,
    WF_CURL_CONNECT_TIMEOUT_MS = 156, WF_CURL_PROTOCOLS = 181,
    WF_CURL_UPLOAD_SIZE = 30115, WF_CURL_BODY_SIZE = 30120,
};

enum wf_curl_information {
    WF_CURL_EFFECTIVE_URL = 0x100001, WF_CURL_ASK_PRIVATE = 0x100015, WF_CURL_REDIRECT_URL = 0x10001F,
    WF_CURL_STATUS = 0x200002, WF_CURL_REQUEST_SIZE = 0x20000C,
};

/// Called for a socket: `what` is 1 (reading), 2 (writing), 3 (both) or 4 (no longer).
typedef int (*wf_curl_socket_function)(void *easy, int socket, int what, void *context, void *place);
/// Called when the time of the next action changes; -1: none.
typedef int (*wf_curl_timer_function)(void *multi, long milliseconds, void *context);
/// Reading, writing and headers: returns how much it has taken or given.
typedef size_t (*wf_curl_data_function)(char *data, size_t size, size_t count, void *context);
typedef int (*wf_curl_seek_function)(void *context, int64_t offset, int origin);

/// Loads the library. Returns 0, or -1 when there is none that fits; `wf_curl_load_error` then says why.
int wf_curl_load(void);
const char *wf_curl_load_error(void);

/// A set of transfers, or NULL.
void *wf_curl_multi(void);
/// Who is told about sockets and time, with what context; NULL as functions: nobody.
void wf_curl_multi_callbacks(
    void *multi, wf_curl_socket_function on_socket, wf_curl_timer_function on_timer, void *context);
void wf_curl_multi_free(void *multi);
int wf_curl_add(void *multi, void *easy);
int wf_curl_remove(void *multi, void *easy);
/// Moves along what a socket's event (1 readable, 2 writable, 4 error) is about; -1 as socket: what is due.
int wf_curl_act(void *multi, int socket, int events);
/// A transfer that has ended, and its code; NULL when there is none.
void *wf_curl_take_ended(void *multi, int *code);

/// A transfer, or NULL.
void *wf_curl_easy(void);
void wf_curl_easy_free(void *easy);
void wf_curl_easy_reset(void *easy);
int wf_curl_set_long(void *easy, int option, long value);
int wf_curl_set_size(void *easy, int option, int64_t value);
int wf_curl_set_pointer(void *easy, int option, const void *value);
int wf_curl_set_data_function(void *easy, int option, wf_curl_data_function value);
int wf_curl_set_seek_function(void *easy, wf_curl_seek_function value);
long wf_curl_info_long(void *easy, int information);
/// NULL where there is none; lives as long as the transfer.
char *wf_curl_info_pointer(void *easy, int information);
const char *wf_curl_code_text(int code);

/// Appends a copy of a line; the list's new head.
void *wf_curl_list_append(void *list, const char *line);
void wf_curl_list_free(void *list);

#endif
