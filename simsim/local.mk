# simsim/: simulated cards and their fronts; see ARCHITECTURE.md
noinst_LIBRARIES += simsim/libsimsim.a
simsim_libsimsim_a_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) $(SQLITE_CFLAGS) $(CRYPTO_CFLAGS)
simsim_libsimsim_a_SOURCES = simsim/population.h
dist_pkgdata_DATA += simsim/profiles/gsm-2g.xml simsim/profiles/usim.xml
dist_man_MANS += docs/simsim.1

# the cards
simsim_libsimsim_a_SOURCES += \
	simsim/answer_to_reset.c simsim/answer_to_reset.h \
	simsim/apdu_front.c \
	simsim/card.c simsim/card.h \
	simsim/card_content.c simsim/card_content.h \
	simsim/card_index.c simsim/card_index.h \
	simsim/card_keys.c simsim/card_keys.h \
	simsim/card_profile.c simsim/card_profile.h \
	simsim/card_state.h simsim/card_state_sqlite.c \
	simsim/command_binary.c \
	simsim/command_chv.c \
	simsim/command_record.c \
	simsim/command_select.c \
	simsim/command_table.c simsim/command_table.h \
	simsim/command_toolkit.c \
	simsim/commands.c simsim/commands.h \
	simsim/current_file.c simsim/current_file.h \
	simsim/generated_files.c simsim/generated_files.h \
	simsim/expanded_script.c simsim/expanded_script.h \
	simsim/population.c \
	simsim/profile_xml.c simsim/profile_xml.h simsim/profile_xml_reading.h \
	simsim/profile_xml_chv.c simsim/profile_xml_file_rules.c simsim/profile_xml_files.c \
	simsim/profile_xml_rfm.c simsim/profile_xml_values.c \
	simsim/receiving_entity.c simsim/receiving_entity.h \
	simsim/rfm.c simsim/rfm.h \
	simsim/script_log.c simsim/script_log.h \
	simsim/toolkit.c simsim/toolkit.h \
	simsim/uicc_commands.h \
	simsim/uicc_fcp.c simsim/uicc_fcp.h \
	simsim/uicc_files.c \
	simsim/uicc_pin.c \
	simsim/uicc_select.c simsim/uicc_select.h \
	simsim/uicc_status_word.c simsim/uicc_status_word.h

# simsim's fronts: SMPP, readers; faults, options
simsim_libsimsim_a_CPPFLAGS += -DPKGDATADIR='"$(pkgdatadir)"' \
	-DBUILD_DIRECTORY='"$(abs_top_builddir)/simsim"' -DSOURCE_DIRECTORY='"$(abs_top_srcdir)/simsim"'
simsim_libsimsim_a_SOURCES += simsim/apdu_front.h \
	simsim/fault_plan.c simsim/fault_plan.h \
	simsim/faulty_link.c simsim/faulty_link.h \
	simsim/faulty_packets.c simsim/faulty_packets.h \
	simsim/options.c simsim/options.h \
	simsim/reader_card.c simsim/reader_card.h \
	simsim/reader_command.c simsim/reader_command.h \
	simsim/reader_front.c simsim/reader_front.h \
	simsim/reader_port.c simsim/reader_port.h \
	simsim/reader_slot.c simsim/reader_slot.h \
	simsim/smpp_front.c simsim/smpp_front.h \
	simsim/t1_exchange.c simsim/t1_exchange.h

bin_PROGRAMS += simsim/simsim
simsim_simsim_LDADD = simsim/libsimsim.a handset/libhandset.a explain/libexplain.a smsc/libsmsc.a formats/libformats.a \
	protocol/libprotocol.a $(XML_LIBS) $(SQLITE_LIBS) $(CRYPTO_LIBS)
