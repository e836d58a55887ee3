/* Menus, texts, tones, questions: nobody sits in front of this terminal, so what a card shows is logged,
 * and what it asks has no answer (TS 102 223 6.4.1 to 6.4.9, 6.4.22, 6.4.25). */
#include "handset/proactive.h"

#include "handset/terminal.h"
#include "protocol/toolkit_text.h"

static void log_element(const struct terminal *terminal, const char *name, const struct tlv *element)
{
    char text[TOOLKIT_TEXT_SIZE];
    if (toolkit_text(element, text) && text[0] != '\0')
        terminal_note(terminal, "%s: %s", name, text);
}

static void log_texts(const struct terminal *terminal, const struct proactive_task *task)
{
    struct byte_reader reader = byte_reader_on(task->elements, task->length);
    struct tlv element;
    terminal_note(terminal, "the card shows: %s", proactive_type_text(task->command.type));
    while (tlv_read(&reader, &element) == 0)
        log_element(terminal, proactive_type_text(task->command.type), &element);
}

void on_text(struct conversation *talk, const struct proactive_task *task)
{
    log_texts(talk->network->terminal, task);
    answer_result(task, RESULT_DONE);
}

void on_question(struct conversation *talk, const struct proactive_task *task)
{
    log_texts(talk->network->terminal, task);
    answer_result(task, RESULT_NO_USER);
}
