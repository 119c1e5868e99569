#include "CCurl.h"
#include <dlfcn.h>
#include <stdio.h>

struct wf_curl_message {
    int message;
    void *easy;
    union {
        void *whatever;
        int result;
    } data;
};

static struct {
    int (*global_init)(long);
    void *(*easy_init)(void);
    void (*easy_cleanup)(void *);
    void (*easy_reset)(void *);
    int (*easy_setopt)(void *, int, ...);
    int (*easy_getinfo)(void *, int, ...);
    const char *(*easy_strerror)(int);
    void *(*multi_init)(void);
    int (*multi_cleanup)(void *);
    int (*multi_setopt)(void *, int, ...);
    int (*multi_add_handle)(void *, void *);
    int (*multi_remove_handle)(void *, void *);
    int (*multi_socket_action)(void *, int, int, int *);
    struct wf_curl_message *(*multi_info_read)(void *, int *);
    void *(*slist_append)(void *, const char *);
    void (*slist_free_all)(void *);
} api;

static int state;  // 0 not tried, 1 loaded, -1 not to be had
static char load_error[256];

static int find(void *library, void *target, const char *name) {
    void *symbol = dlsym(library, name);
    if (!symbol) {
        snprintf(load_error, sizeof load_error, "libcurl has no function %s", name);
        return -1;
    }
    *(void **)target = symbol;
    return 0;
}

int wf_curl_load(void) {
    if (state) return state > 0 ? 0 : -1;
    state = -1;
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *why = dlerror();
        snprintf(load_error, sizeof load_error, "%s", why ? why : "unknown");
        return -1;
    }
    if (find(library, &api.global_init, "curl_global_init") || find(library, &api.easy_init, "curl_easy_init")
        || find(library, &api.easy_cleanup, "curl_easy_cleanup") || find(library, &api.easy_reset, "curl_easy_reset")
        || find(library, &api.easy_setopt, "curl_easy_setopt")
        || find(library, &api.easy_getinfo, "curl_easy_getinfo")
        || find(library, &api.easy_strerror, "curl_easy_strerror")
        || find(library, &api.multi_init, "curl_multi_init")
        || find(library, &api.multi_cleanup, "curl_multi_cleanup")
        || find(library, &api.multi_setopt, "curl_multi_setopt")
        || find(library, &api.multi_add_handle, "curl_multi_add_handle")
        || find(library, &api.multi_remove_handle, "curl_multi_remove_handle")
        || find(library, &api.multi_socket_action, "curl_multi_socket_action")
        || find(library, &api.multi_info_read, "curl_multi_info_read")
        || find(library, &api.slist_append, "curl_slist_append")
        || find(library, &api.slist_free_all, "curl_slist_free_all"))
        return -1;
    if (api.global_init(3) != 0) {
        snprintf(load_error, sizeof load_error, "curl_global_init failed");
        return -1;
    }
    state = 1;
    return 0;
}

const char *wf_curl_load_error(void) { return load_error; }

void *wf_curl_multi(void) {
    void *multi = api.multi_init();
    if (!multi) return NULL;
    api.multi_setopt(multi, 6, 64L);   // CURLMOPT_MAXCONNECTS: kept open for the next request
    api.multi_setopt(multi, 7, 64L);   // CURLMOPT_MAX_HOST_CONNECTIONS: further requests wait
    return multi;
}

void wf_curl_multi_callbacks(
    void *multi, wf_curl_socket_function on_socket, wf_curl_timer_function on_timer, void *context) {
    api.multi_setopt(multi, 20001, on_socket);
    api.multi_setopt(multi, 10002, context);
    api.multi_setopt(multi, 20004, on_timer);
    api.multi_setopt(multi, 10005, context);
}

void wf_curl_multi_free(void *multi) { api.multi_cleanup(multi); }
int wf_curl_add(void *multi, void *easy) { return api.multi_add_handle(multi, easy); }
int wf_curl_remove(void *multi, void *easy) { return api.multi_remove_handle(multi, easy); }

int wf_curl_act(void *multi, int socket, int events) {
    int running = 0;
    return api.multi_socket_action(multi, socket, events, &running);
}

void *wf_curl_take_ended(void *multi, int *code) {
    int left = 0;
    struct wf_curl_message *message;
    while ((message = api.multi_info_read(multi, &left))) {
        if (message->message == 1) {
            *code = message->data.result;
            return message->easy;
        }
    }
    return NULL;
}

void *wf_curl_easy(void) { return api.easy_init(); }
void wf_curl_easy_free(void *easy) { api.easy_cleanup(easy); }
void wf_curl_easy_reset(void *easy) { api.easy_reset(easy); }
int wf_curl_set_long(void *easy, int option, long value) { return api.easy_setopt(easy, option, value); }
int wf_curl_set_size(void *easy, int option, int64_t value) { return api.easy_setopt(easy, option, value); }
int wf_curl_set_pointer(void *easy, int option, const void *value) { return api.easy_setopt(easy, option, value); }
int wf_curl_set_data_function(void *easy, int option, wf_curl_data_function value) {
    return api.easy_setopt(easy, option, value);
}
int wf_curl_set_seek_function(void *easy, wf_curl_seek_function value) {
    return api.easy_setopt(easy, WF_CURL_SEEK_FUNCTION, value);
}

long wf_curl_info_long(void *easy, int information) {
    long value = 0;
    api.easy_getinfo(easy, information, &value);
    return value;
}

char *wf_curl_info_pointer(void *easy, int information) {
    char *value = NULL;
    api.easy_getinfo(easy, information, &value);
    return value;
}

const char *wf_curl_code_text(int code) { return api.easy_strerror(code); }
void *wf_curl_list_append(void *list, const char *line) { return api.slist_append(list, line); }
void wf_curl_list_free(void *list) { api.slist_free_all(list); }
