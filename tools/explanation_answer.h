/* An explanation as an answer: lines for people, or lists in the JSON object. */
#ifndef OTA_TOOLS_EXPLANATION_ANSWER_H
#define OTA_TOOLS_EXPLANATION_ANSWER_H

#include "explain/explanation.h"
#include "tools/answer.h"

struct explanation_answer {
    struct answer *answer;
    struct explanation_lines lines;
    struct explanation_writer writer;
};

/* What explanation_begin() takes; `answer` and `into` must outlive it. */
const struct explanation_writer *explanation_answer_begin(struct explanation_answer *into,
                                                          struct answer *answer);

/* What was wrong, and advice. */
void explanation_answer_end(struct explanation_answer *into, const struct explanation *explanation);

#endif
