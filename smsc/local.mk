# smsc/: SMPP server, store and forward; see ARCHITECTURE.md
noinst_LIBRARIES += smsc/libsmsc.a
smsc_libsmsc_a_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
smsc_libsmsc_a_SOURCES = \
	smsc/byte_buffer.c smsc/byte_buffer.h \
	smsc/change_list.c smsc/change_list.h \
	smsc/deliver_router.c smsc/deliver_router.h \
	smsc/delivery_receipt.c smsc/delivery_receipt.h \
	smsc/log_line.c smsc/log_line.h \
	smsc/message_rows.h smsc/message_rows_sqlite.c \
	smsc/message_store.h smsc/message_store_sqlite.c \
	smsc/por_route.c smsc/por_route.h \
	smsc/smpp_pdu.c smsc/smpp_pdu.h \
	smsc/smpp_server.c smsc/smpp_server.h \
	smsc/smpp_session.c smsc/smpp_session.h \
	smsc/smpp_time.c smsc/smpp_time.h \
	smsc/sms_mapping.c smsc/sms_mapping.h \
	smsc/smsc.c smsc/smsc.h smsc/smsc_inner.h \
	smsc/smsc_rows.c \
	smsc/smsc_sessions.c \
	smsc/smsc_submit.c \
	smsc/smsc_to_esme.c \
	smsc/state_file.h smsc/state_file_sqlite.c \
	smsc/stop_signal.c smsc/stop_signal.h \
	smsc/subscriber_queue.c smsc/subscriber_queue.h \
	smsc/tcp_address.c smsc/tcp_address.h \
	smsc/timer_queue.c smsc/timer_queue.h
