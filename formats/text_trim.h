/* Blanks around a word of a file. */
#ifndef OTA_FORMATS_TEXT_TRIM_H
#define OTA_FORMATS_TEXT_TRIM_H

/* Cuts white space off the end; the first character of `text` that is none, or its end. */
char *text_trim(char *text);

#endif
