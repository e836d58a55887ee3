/*
 * libifdsimsim.so: the IFD handler (driver of readers, version 3.0) through which pcscd sees the cards of
 * a simsim. DEVICENAME unix:/PATH: in slot N is the card that listens on the Unix socket /PATH.N.
 *
 * Called by pcscd only, from one thread a slot. It links nothing of simsim's and nothing of pcscd's, and
 * a slot costs pcscd no more than the waits of card_channel.h.
 */
#include <ifdhandler.h>
#include <reader.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <debuglog.h>

#include "simsim/ifd/card_channel.h"

#define SLOTS 8
#define READERS 16 /* PCSCLITE_MAX_READERS_CONTEXTS */
#define SCHEME "unix:"

/* pcscd has it; a test that loads this file need not. */
#pragma weak log_msg

struct slot {
    pthread_mutex_t lock; /* held over each exchange; pcscd has one, too, but asks for an ATR without it */
    bool open;
    struct card_channel channel;
    uint8_t atr[CARD_CHANNEL_ATR_MAX];
    size_t atr_length; /* 0: not powered */
};

static struct slot slots[READERS][SLOTS] = {
    [0 ... READERS - 1] = {[0 ... SLOTS - 1] = {.lock = PTHREAD_MUTEX_INITIALIZER}}};

static struct slot *slot_of(DWORD lun)
{
    DWORD reader = lun >> 16, slot = lun & 0xFFFF;
    return reader < READERS && slot < SLOTS ? &slots[reader][slot] : NULL;
}

/* The open slot, locked; NULL when there is none. */
static struct slot *take(DWORD lun)
{
    struct slot *slot = slot_of(lun);
    if (slot == NULL)
        return NULL;
    pthread_mutex_lock(&slot->lock);
    if (slot->open)
        return slot;
    pthread_mutex_unlock(&slot->lock);
    return NULL;
}

static RESPONSECODE give_back(struct slot *slot, RESPONSECODE code)
{
    pthread_mutex_unlock(&slot->lock);
    return code;
}

static void complain(DWORD lun, const char *what, const char *expected)
{
    if (log_msg != NULL)
        log_msg(PCSC_LOG_ERROR, "simsim reader %lX: %.120s, expected %s", (unsigned long)lun, what, expected);
}

static void complain_about_card(DWORD lun, enum card_channel_result result)
{
    switch (result) {
    case CARD_CHANNEL_MUTE: complain(lun, "the card is mute", "an answer in time"); break;
    case CARD_CHANNEL_NONSENSE: complain(lun, "the answer's length is wrong", "2 bytes to what there is room for"); break;
    case CARD_CHANNEL_BAD_LENGTH: complain(lun, "the command's length is wrong", "4 to 65535 bytes"); break;
    default: break; /* a card may be pulled */
    }
}

RESPONSECODE IFDHCreateChannelByName(DWORD Lun, LPSTR DeviceName)
{
    struct slot *slot = slot_of(Lun);
    if (slot == NULL)
        return IFD_NO_SUCH_DEVICE;
    if (strncmp(DeviceName, SCHEME, strlen(SCHEME)) != 0 || DeviceName[strlen(SCHEME)] != '/') {
        complain(Lun, DeviceName, "DEVICENAME " SCHEME "/PATH");
        return IFD_COMMUNICATION_ERROR;
    }
    pthread_mutex_lock(&slot->lock);
    if (slot->open)
        card_channel_close(&slot->channel);
    slot->atr_length = 0;
    slot->open = card_channel_init(&slot->channel, DeviceName + strlen(SCHEME), (unsigned)(Lun & 0xFFFF));
    if (!slot->open)
        complain(Lun, DeviceName, "a path of at most 105 characters");
    return give_back(slot, slot->open ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR);
}

RESPONSECODE IFDHCreateChannel(DWORD Lun, DWORD Channel)
{
    (void)Channel;
    complain(Lun, "no DEVICENAME", "DEVICENAME " SCHEME "/PATH");
    return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHCloseChannel(DWORD Lun)
{
    struct slot *slot = take(Lun);
    if (slot == NULL)
        return IFD_NO_SUCH_DEVICE;
    card_channel_close(&slot->channel);
    slot->open = false;
    slot->atr_length = 0;
    return give_back(slot, IFD_SUCCESS);
}

static RESPONSECODE put_value(PDWORD length, PUCHAR value, const void *bytes, size_t count)
{
    if (*length < count)
        return IFD_ERROR_INSUFFICIENT_BUFFER;
    memcpy(value, bytes, count);
    *length = count;
    return IFD_SUCCESS;
}

static const struct {
    DWORD tag;
    const char *value;
    size_t length;
} attributes[] = {
    {TAG_IFD_SLOTS_NUMBER, "\x08", 1},
    {TAG_IFD_THREAD_SAFE, "\x01", 1},
    {TAG_IFD_SLOT_THREAD_SAFE, "\x01", 1},
    {TAG_IFD_SIMULTANEOUS_ACCESS, "\x10", 1},
    {SCARD_ATTR_VENDOR_NAME, "otabox", sizeof "otabox"},
    {SCARD_ATTR_VENDOR_IFD_TYPE, "simsim", sizeof "simsim"},
};
_Static_assert(SLOTS == 0x08 && READERS == 0x10, "as the table says");

static RESPONSECODE get_atr(DWORD lun, PDWORD length, PUCHAR value)
{
    struct slot *slot = take(lun);
    if (slot == NULL)
        return IFD_NO_SUCH_DEVICE;
    return give_back(slot, slot->atr_length > 0 ? put_value(length, value, slot->atr, slot->atr_length)
                                                : IFD_ICC_NOT_PRESENT);
}

RESPONSECODE IFDHGetCapabilities(DWORD Lun, DWORD Tag, PDWORD Length, PUCHAR Value)
{
    if (Tag == TAG_IFD_ATR || Tag == SCARD_ATTR_ATR_STRING)
        return get_atr(Lun, Length, Value);
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
        if (attributes[i].tag == Tag)
            return put_value(Length, Value, attributes[i].value, attributes[i].length);
    return IFD_ERROR_TAG;
}

RESPONSECODE IFDHSetCapabilities(DWORD Lun, DWORD Tag, DWORD Length, PUCHAR Value)
{
    (void)Lun, (void)Tag, (void)Length, (void)Value;
    return IFD_ERROR_VALUE_READ_ONLY;
}

static RESPONSECODE start(DWORD lun, struct slot *slot, enum reader_control control)
{
    enum card_channel_result result = card_channel_start(&slot->channel, control, slot->atr, &slot->atr_length);
    complain_about_card(lun, result);
    return result == CARD_CHANNEL_OK ? IFD_SUCCESS : IFD_ERROR_POWER_ACTION;
}

static RESPONSECODE power(DWORD lun, struct slot *slot, DWORD action)
{
    switch (action) {
    case IFD_POWER_UP: return start(lun, slot, READER_POWER_ON);
    case IFD_RESET: return start(lun, slot, READER_RESET);
    case IFD_POWER_DOWN:
        card_channel_power_off(&slot->channel);
        slot->atr_length = 0;
        return IFD_SUCCESS;
    default: return IFD_NOT_SUPPORTED;
    }
}

RESPONSECODE IFDHPowerICC(DWORD Lun, DWORD Action, PUCHAR Atr, PDWORD AtrLength)
{
    DWORD room = *AtrLength;
    *AtrLength = 0;
    struct slot *slot = take(Lun);
    if (slot == NULL)
        return IFD_NO_SUCH_DEVICE;
    RESPONSECODE code = power(Lun, slot, Action);
    if (code == IFD_SUCCESS && slot->atr_length > 0) {
        *AtrLength = room;
        code = put_value(AtrLength, Atr, slot->atr, slot->atr_length);
    }
    return give_back(slot, code);
}

static RESPONSECODE code_of(enum card_channel_result result)
{
    switch (result) {
    case CARD_CHANNEL_OK: return IFD_SUCCESS;
    case CARD_CHANNEL_NO_CARD: return IFD_ICC_NOT_PRESENT;
    case CARD_CHANNEL_MUTE: return IFD_RESPONSE_TIMEOUT;
    default: return IFD_COMMUNICATION_ERROR;
    }
}

/* No line, no rates: the card need only know the protocol. */
RESPONSECODE IFDHSetProtocolParameters(DWORD Lun, DWORD Protocol, UCHAR Flags, UCHAR PTS1, UCHAR PTS2, UCHAR PTS3)
{
    (void)Flags, (void)PTS1, (void)PTS2, (void)PTS3;
    if (Protocol != SCARD_PROTOCOL_T0 && Protocol != SCARD_PROTOCOL_T1)
        return IFD_PROTOCOL_NOT_SUPPORTED;
    struct slot *slot = take(Lun);
    if (slot == NULL)
        return IFD_NO_SUCH_DEVICE;
    return give_back(slot, code_of(card_channel_use(
                               &slot->channel, Protocol == SCARD_PROTOCOL_T1 ? READER_USE_T1 : READER_USE_T0)));
}

RESPONSECODE IFDHTransmitToICC(DWORD Lun, SCARD_IO_HEADER SendPci, PUCHAR TxBuffer, DWORD TxLength,
                               PUCHAR RxBuffer, PDWORD RxLength, PSCARD_IO_HEADER RecvPci)
{
    size_t room = *RxLength;
    *RxLength = 0;
    struct slot *slot = take(Lun);
    if (slot == NULL)
        return IFD_NO_SUCH_DEVICE;
    enum card_channel_result result = card_channel_transmit(&slot->channel, TxBuffer, TxLength, RxBuffer, &room);
    complain_about_card(Lun, result);
    if (result == CARD_CHANNEL_OK)
        *RxLength = room;
    if (RecvPci != NULL)
        RecvPci->Protocol = SendPci.Protocol;
    return give_back(slot, code_of(result));
}

/* Asked for its features (a PIN pad …), the reader says that it has none. */
RESPONSECODE IFDHControl(DWORD Lun, DWORD dwControlCode, PUCHAR TxBuffer, DWORD TxLength, PUCHAR RxBuffer,
                         DWORD RxLength, LPDWORD pdwBytesReturned)
{
    (void)Lun, (void)TxBuffer, (void)TxLength, (void)RxBuffer, (void)RxLength;
    if (pdwBytesReturned != NULL)
        *pdwBytesReturned = 0;
    return dwControlCode == CM_IOCTL_GET_FEATURE_REQUEST ? IFD_SUCCESS : IFD_ERROR_NOT_SUPPORTED;
}

RESPONSECODE IFDHICCPresence(DWORD Lun)
{
    struct slot *slot = take(Lun);
    if (slot == NULL)
        return IFD_NO_SUCH_DEVICE;
    bool present = card_channel_is_present(&slot->channel);
    if (!present)
        slot->atr_length = 0;
    return give_back(slot, present ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT);
}
