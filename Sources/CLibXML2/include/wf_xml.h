// A pull reader over libxml2's xmlTextReader with the only settings that may be used for foreign files: no network, no
// entities, no DTD, no XInclude, no lifted limits.
#ifndef WF_CLIBXML2_H
#define WF_CLIBXML2_H
#include <stddef.h>

typedef struct wf_xml wf_xml;

/// What stands at the reader's place.
/// `wf_xml_space` is white space between tags.
typedef enum { wf_xml_end, wf_xml_start_element, wf_xml_end_element, wf_xml_text, wf_xml_space, wf_xml_doctype } wf_xml_event;

/// A reader of `count` bytes of UTF-8, which must stay where they are until it is closed; NULL without memory.
wf_xml *wf_xml_open(const char *bytes, int count);
void wf_xml_close(wf_xml *reader);

/// Goes to the next element, end or stretch of text. `wf_xml_end` at the end of the document, and for good after an
/// error.
wf_xml_event wf_xml_next(wf_xml *reader);

/// Whether the element at hand is `<x/>`, for which no end is reported.
int wf_xml_is_empty(wf_xml *reader);
/// Local name and namespace of the element or attribute at hand; the namespace may be NULL.
const char *wf_xml_name(wf_xml *reader);
const char *wf_xml_namespace(wf_xml *reader);
/// The text, or the attribute's value, at hand.
const char *wf_xml_value(wf_xml *reader);
/// Goes to the element's next attribute; declarations of namespaces are left out. 0 when there is none, and back at
/// the element.
int wf_xml_next_attribute(wf_xml *reader);

/// The first error or warning of the parser: its number, 0 when there was none.
int wf_xml_error(wf_xml *reader);
/// Its line, from 1, and its words.
int wf_xml_error_line(wf_xml *reader);
const char *wf_xml_error_text(wf_xml *reader);

#endif
