#include "smsc/change_list.h"

void change_list_note(struct change_list *list, struct kept *kept)
{
    if (kept->listed)
        return;
    kept->listed = true;
    kept->previous = NULL;
    kept->next = list->first;
    if (list->first != NULL)
        list->first->previous = kept;
    list->first = kept;
}

void change_list_remove(struct change_list *list, struct kept *kept)
{
    if (!kept->listed)
        return;
    kept->listed = false;
    *(kept->previous ? &kept->previous->next : &list->first) = kept->next;
    if (kept->next != NULL)
        kept->next->previous = kept->previous;
}
