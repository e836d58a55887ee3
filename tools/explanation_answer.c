#include "tools/explanation_answer.h"

static void write_line(void *user, const char *text)
{
    answer_line(user, "%s\n", text);
}

static void write_layer(void *user, const char *text)
{
    answer_object_begin(user, NULL);
    answer_text(user, "layer", text);
    answer_object_end(user);
}

static void write_field(void *user, const struct explained_field *field)
{
    answer_object_begin(user, NULL);
    answer_number(user, "offset", field->offset);
    answer_hex(user, "bytes", field->bytes, field->length);
    answer_text(user, "name", field->name);
    answer_text(user, "meaning", field->meaning);
    if (field->wrong)
        answer_flag(user, "wrong");
    answer_object_end(user);
}

static void write_bits(void *user, const char *bits, const char *value, const char *meaning)
{
    answer_object_begin(user, NULL);
    answer_text(user, "bits", bits);
    answer_text(user, "value", value);
    answer_text(user, "meaning", meaning);
    answer_object_end(user);
}

const struct explanation_writer *explanation_answer_begin(struct explanation_answer *into,
                                                          struct answer *answer)
{
    into->answer = answer;
    into->lines = (struct explanation_lines){.user = answer, .line = write_line};
    into->writer = answer->json ? (struct explanation_writer){.user = answer,
                                                              .layer = write_layer,
                                                              .field = write_field,
                                                              .bits = write_bits}
                                : explanation_as_lines(&into->lines);
    answer_list_begin(answer, "fields");
    return &into->writer;
}

static void write_findings(struct answer *answer, const char *title, const char *name,
                           const struct findings *findings)
{
    if (!answer->json && findings->count > 0)
        answer_line(answer, "%s\n", title);
    answer_list_begin(answer, name);
    for (size_t i = 0; i < findings->count; i++) {
        answer_object_begin(answer, NULL);
        if (answer->json)
            answer_text(answer, "text", findings->text[i]);
        else
            answer_line(answer, "  - %s\n", findings->text[i]);
        answer_object_end(answer);
    }
    answer_list_end(answer);
}

void explanation_answer_end(struct explanation_answer *into, const struct explanation *explanation)
{
    answer_list_end(into->answer);
    write_findings(into->answer, "wrong", "problems", &explanation->problems);
    write_findings(into->answer, "good to know", "advice", &explanation->advice);
}
