// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift can't call: these are their typed
// forms, one per kind of argument. Each returns curl's own code; nothing here knows about HTTP.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
// curl copies the text, so it may go away after the call.
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value);
// curl keeps the pointer: what it points to must outlive the transfer.
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode ccurl_set_headers(CURL *handle, struct curl_slist *headers);
CURLcode ccurl_set_write(CURL *handle, CURLoption option, curl_write_callback function);
CURLcode ccurl_set_read(CURL *handle, curl_read_callback function);
CURLcode ccurl_set_seek(CURL *handle, curl_seek_callback function);

CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value);

#endif
