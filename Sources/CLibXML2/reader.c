// See wf_xml.h. Options: https://gnome.pages.gitlab.gnome.org/libxml2/html/libxml2-parser.html
#include "wf_xml.h"
#include <libxml/xmlreader.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct wf_xml {
    xmlTextReaderPtr reader;
    int error;
    int error_line;
    char error_text[512];
};

static void remember(void *context, xmlErrorPtr error) {
    wf_xml *self = context;
    // The first error is the useful one; warnings are about taste.
    if (self->error != 0 || error == NULL || error->level < XML_ERR_ERROR) return;
    self->error = error->code;
    self->error_line = error->line;
    if (error->message != NULL) strncpy(self->error_text, error->message, sizeof self->error_text - 1);
}

/// Nothing that a document names is ever opened.
static xmlParserInputPtr refuse(const char *url, const char *id, xmlParserCtxtPtr context) {
    (void)url, (void)id, (void)context;
    return NULL;
}

/// Nothing is printed, not even by what fails before a reader has its handler.
static void discard(void *context, const char *format, ...) { (void)context, (void)format; }

/// Done once, before readers are made on several threads.
static void prepare(void) {
    xmlInitParser();
    xmlSetExternalEntityLoader(refuse);
}

wf_xml *wf_xml_open(const char *bytes, int count) {
    wf_xml *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
    xmlSetGenericErrorFunc(NULL, discard); // of this thread
    self->reader = xmlReaderForMemory(bytes, count, NULL, "UTF-8",
                                      XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_IGNORE_ENC);
    if (self->reader == NULL) {
        free(self);
        return NULL;
    }
    xmlTextReaderSetStructuredErrorHandler(self->reader, remember, self);
    return self;
}

void wf_xml_close(wf_xml *self) {
    xmlFreeTextReader(self->reader);
    free(self);
}

wf_xml_event wf_xml_next(wf_xml *self) {
    while (self->error == 0 && xmlTextReaderRead(self->reader) == 1) {
        switch (xmlTextReaderNodeType(self->reader)) {
        case XML_READER_TYPE_ELEMENT: return wf_xml_start_element;
        case XML_READER_TYPE_END_ELEMENT: return wf_xml_end_element;
        case XML_READER_TYPE_TEXT:
        case XML_READER_TYPE_CDATA: return wf_xml_text;
        case XML_READER_TYPE_WHITESPACE:
        case XML_READER_TYPE_SIGNIFICANT_WHITESPACE: return wf_xml_space;
        case XML_READER_TYPE_DOCUMENT_TYPE: return wf_xml_doctype;
        default: break;
        }
    }
    return wf_xml_end;
}

int wf_xml_is_empty(wf_xml *self) { return xmlTextReaderIsEmptyElement(self->reader) == 1; }
const char *wf_xml_name(wf_xml *self) { return (const char *)xmlTextReaderConstLocalName(self->reader); }
const char *wf_xml_namespace(wf_xml *self) { return (const char *)xmlTextReaderConstNamespaceUri(self->reader); }
const char *wf_xml_value(wf_xml *self) { return (const char *)xmlTextReaderConstValue(self->reader); }

int wf_xml_next_attribute(wf_xml *self) {
    while (xmlTextReaderMoveToNextAttribute(self->reader) == 1)
        if (xmlTextReaderIsNamespaceDecl(self->reader) != 1) return 1;
    xmlTextReaderMoveToElement(self->reader);
    return 0;
}

int wf_xml_error(wf_xml *self) { return self->error; }
int wf_xml_error_line(wf_xml *self) { return self->error_line; }
const char *wf_xml_error_text(wf_xml *self) { return self->error_text; }
