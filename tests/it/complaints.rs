//! What users of terminal programs complain about, and what a good citizen of a terminal does: each of it is held by tests, named here
//! with what would fail them. A test that is renamed, goes, or is not run is missed, and so is a promise that nobody tests.

use crate::promises::tests;

/// A complaint or a line of the checklist.
struct Held {
    /// In a few words.
    what: &'static str,
    /// What a program would do that gives cause for it again: this, and the tests fail.
    fails: &'static str,
    /// The tests that hold it.
    tests: &'static [&'static str],
}

/// What users complain about, in the order of harm and repetition.
const COMPLAINTS: [Held; 38] = [
    Held {
        what: "one keystroke destroys work",
        fails: "any keys without the typed phrase would start a run, or one key would both open a plan and confirm it",
        tests: &[
            "without_the_typed_phrase_nothing_starts_and_nothing_panics",
            "no_keys_without_the_typed_phrase_make_the_truth_show_a_change_of_ours",
            "opening_a_plan_and_confirming_it_are_different_keys",
        ],
    },
    Held {
        what: "Enter confirms by accident",
        fails: "Enter alone, held, pasted or typed ahead would send something",
        tests: &[
            "enter_alone_and_other_words_send_nothing",
            "keys_that_were_typed_before_the_box_could_be_read_do_not_count",
            "held_keys_and_pastes_do_not_spell_the_phrase",
        ],
    },
    Held {
        what: "a dialog's label and its effect disagree",
        fails: "Enter on a fresh dialog would do more than leave it, or the box would start another plan than it shows",
        tests: &[
            "every_dialog_opens_on_the_safe_choice",
            "enter_on_every_screen_and_in_every_dialog_starts_stops_and_takes_away_nothing",
            "the_confirmation_with_half_a_phrase",
            "the_phrase_starts_the_very_plan_that_was_shown_with_its_note",
        ],
    },
    Held {
        what: "the selection moves under the cursor",
        fails: "a mark or the cursor would be on another chat than the one that was seen there",
        tests: &[
            "a_plan_is_about_what_was_marked_whatever_the_list_does_meanwhile",
            "the_order_is_held_while_rows_are_marked_and_new_rows_go_to_the_end",
            "a_chat_that_ended_stays_as_a_ghost_for_ten_seconds",
            "when_the_chat_under_the_cursor_goes_the_cursor_keeps_its_line_and_says_so",
            "f43_what_was_under_the_cursor_when_it_was_seen_is_what_is_marked_however_fast_the_list_changes",
        ],
    },
    Held {
        what: "a count without names before a bulk action",
        fails: "a plan would not list its chats, or a left-out one would not say why",
        tests: &[
            "a_plan",
            "the_cursor_goes_through_all_that_is_left_out_and_says_each_reason_in_full",
            "a_live_chat_is_planned_alone_and_by_its_own_phrase",
        ],
    },
    Held {
        what: "partial failure is invisible",
        fails: "the report would not begin with what needs somebody, or would forget it among the marks",
        tests: &[
            "a_report_with_chats_that_need_somebody",
            "after_a_run_only_what_needs_somebody_stays_marked",
        ],
    },
    Held {
        what: "the wrong environment",
        fails: "a screen would not say in its first row where one is, or the box would take a phrase of elsewhere",
        tests: &[
            "every_snapshot_says_in_row_0_where_one_is",
            "the_box_says_where_it_ends_chats_and_takes_no_phrase_of_another_place",
        ],
    },
    Held {
        what: "read-only leaks",
        fails: "what looks only would have a method that ends, or the phrase would start a run that may not be",
        tests: &[
            "i24_the_client_of_a_read_only_profile_is_no_terminator",
            "a_read_only_console_starts_nothing_even_with_the_phrase",
            "read_only_says_why_in_the_palette_in_the_help_and_to_the_key",
        ],
    },
    Held {
        what: "no way to mark all, and keys that systems keep",
        fails: "* ! and v would mark another set than they say, or a key would be one that a system keeps",
        tests: &[
            "star_marks_all_that_is_shown_and_no_more",
            "an_exclamation_mark_turns_the_marks_of_what_is_shown",
            "v_marks_from_the_cursor_to_where_it_goes",
            "keys_that_terminals_keep_for_themselves_are_not_bound",
        ],
    },
    Held {
        what: "a key that scrolls here deletes there",
        fails: "a key that moves on one screen would act on another",
        tests: &["no_key_that_moves_on_one_screen_acts_on_another"],
    },
    Held {
        what: "ages are sorted as text",
        fails: "of two chats the younger would stand first, or rows of one age would change places",
        tests: &[
            "ages_in_the_list_fall_from_top_to_bottom_when_it_is_sorted_by_age",
            "the_list_is_sorted_by_the_column_under_the_cursor_and_the_other_way_round_the_second_time",
        ],
    },
    Held {
        what: "unreadable on some grounds",
        fails: "a colour would be too near to its ground, a ground would be ours, or a row would be dim where it is reversed",
        tests: &[
            "every_theme_can_be_read_on_its_ground_and_its_roles_told_apart_with_any_colour_vision",
            "no_theme_sets_a_background_or_paints_ordinary_text",
            "the_row_under_the_cursor_has_one_colour_and_nothing_dim_on_it",
            "no_snapshot_has_a_ground_of_ours_or_what_cannot_be_seen_on_some_ground",
        ],
    },
    Held {
        what: "colour is the only cue",
        fails: "without colours two things that differ would look alike",
        tests: &[
            "what_colours_say_modifiers_say_too",
            "bad_stands_out_from_good_and_warn_without_any_colour",
        ],
    },
    Held {
        what: "NO_COLOR hides the cursor's row",
        fails: "a reset would come between the reversal and the end of its row, or a colour would be sent",
        tests: &[
            "without_colours_the_row_of_the_cursor_stays_reversed_and_no_colour_is_sent",
            "whatever_undoes_a_reversal_before_its_row_ends_is_told",
        ],
    },
    Held {
        what: "the clipboard fails over SSH",
        fails: "what is copied would be said to be where it is not: in tmux, behind a terminal, on a display, in a file",
        tests: &[
            "in_tmux_with_stock_settings_its_own_command_takes_what_is_copied",
            "the_terminal_is_asked_and_beside_it_the_display_where_somebody_sits_in_front_of_it",
            "what_no_clipboard_takes_is_in_a_private_file_whose_place_is_said",
        ],
    },
    Held {
        what: "the mouse is taken away from selecting text",
        fails: "it could not be given back by a key or by the configuration, or nobody would be told how",
        tests: &[
            "m_turns_the_mouse_off_and_on_and_names_the_way_around_it",
            "the_configuration_keeps_mouse_and_title_out",
        ],
    },
    Held {
        what: "a paste runs shortcuts",
        fails: "letters of a pasted text would be taken for keys",
        tests: &[
            "a_pasted_text_runs_nothing",
            "a_pasted_command_in_the_list_does_nothing_but_say_so",
            "a_paste_is_never_taken_for_keys",
            "a_pasted_id_opens_the_filter_on_the_list_and_nowhere_else",
            "f42_pastes_break_outs_bursts_and_replies_of_the_terminal_confirm_nothing",
        ],
    },
    Held {
        what: "an orphan spins when the connection dies",
        fails: "a console whose terminal is gone would still be there",
        tests: &[
            "a_lost_connection_leaves_no_orphan_behind_its_shell",
            "a_terminal_that_goes_away_takes_the_console_with_it",
        ],
    },
    Held {
        what: "a broken terminal after a panic or an error",
        fails: "a mode would stay on after a panic, or after an error once modes were on",
        tests: &[
            "a_panic_gives_the_terminal_back_before_it_is_reported",
            "an_error_once_the_terminal_was_taken_over_gives_it_back",
            "an_error_at_the_start_leaves_the_terminal_alone",
        ],
    },
    Held {
        what: "keyboard protocols pushed on the wrong screen",
        fails: "one would be pushed before the alternate screen or popped after it, or unasked",
        tests: &[
            "the_kitty_protocol_is_asked_for_where_it_is_wanted_and_on_the_alternate_screen_alone",
            "frames_are_sent_whole_and_modes_are_asked_for_in_the_alternate_screen",
        ],
    },
    Held {
        what: "every key twice",
        fails: "the release of a key would count",
        tests: &["a_release_is_no_key", "a_held_key_says_so"],
    },
    Held {
        what: "slow with thousands of rows",
        fails: "with ten thousand chats a frame would look at each of them, in bytes or in time, or the first would come after the last page",
        tests: &[
            "of_ten_thousand_chats_the_first_frame_and_each_key_are_on_the_screen_in_a_moment",
            "of_ten_thousand_chats_a_frame_costs_as_much_as_of_sixty",
            "ten_thousand_mostly_unread_are_listed_in_two_minutes_within_the_budget_and_the_screen_stays_fresh",
        ],
    },
    Held {
        what: "a high load while idle",
        fails: "a console that polls or is paused would draw more than once a second, or take more than a bit of a core",
        tests: &[
            "doing_nothing_costs_next_to_nothing",
            "a_console_that_nobody_touches_draws_once_a_second_and_no_more",
            "where_nothing_changed_not_a_byte_is_written",
        ],
    },
    Held {
        what: "flicker and tearing",
        fails: "a frame would leave in pieces, or outside of its marks",
        tests: &[
            "a_frame_leaves_in_one_write_between_its_marks",
            "a_frame_that_could_not_be_written_is_ended_all_the_same",
        ],
    },
    Held {
        what: "old data shown as live, or wiped",
        fails: "row 0 would not say how old the list is, a list would be wiped by trouble, or old reads could be confirmed",
        tests: &[
            "the_age_of_the_data_is_in_row_0_whatever_happens",
            "what_was_known_stays_in_sight_while_offline_and_nothing_can_be_planned",
            "f09_a_console_whose_list_fails_says_how_old_it_is_and_goes_on",
            "f09_an_old_list_blocks_nothing_and_old_reads_do",
            "the_phrase_cannot_be_reached_before_every_chat_was_read_again",
            "reads_that_grow_old_close_the_box",
        ],
    },
    Held {
        what: "polling runs into the rate limit",
        fails: "listing would take more than its share, or would go on as if nothing had failed",
        tests: &[
            "listing_takes_at_most_two_fifths_of_any_minute_and_reads_take_the_rest",
            "f37_five_minutes_without_the_service_cost_polling_at_most_twenty_requests",
        ],
    },
    Held {
        what: "the list cannot be paused",
        fails: "p would not reach the engine, the engine would list on, or the age of the data would stand still",
        tests: &[
            "p_stops_the_polling_and_takes_it_up_again_and_the_age_goes_on",
            "while_polling_is_paused_nothing_is_listed_unless_somebody_asks",
        ],
    },
    Held {
        what: "no search in details",
        fails: "a hit would be missed, or counted wrongly",
        tests: &[
            "a_page_is_searched_whole_in_any_case_and_counted",
            "every_hit_is_found_in_any_case_and_gone_to_around_the_ends",
        ],
    },
    Held {
        what: "columns cannot be chosen",
        fails: "what was chosen would not be what is shown, in its order",
        tests: &[
            "chosen_columns_stand_in_their_order_and_a_view_has_its_own",
            "a_column_comes_goes_and_moves_in_the_list_while_it_is_chosen_and_esc_takes_it_all_back",
        ],
    },
    Held {
        what: "times in UTC only",
        fails: "a time would not be in the operator's zone",
        tests: &["times_are_shown_in_the_operators_zone"],
    },
    Held {
        what: "keys that other keyboards have not",
        fails: "something would need a bracket, Alt, AltGr, an F key or a Latin letter",
        tests: &[
            "nothing_needs_a_key_that_is_missing_on_some_keyboards",
            "everything_can_be_done_without_alt_altgr_function_keys_and_mouse",
            "a_letter_of_another_script_does_what_the_key_in_its_place_does_and_is_typed_as_it_is",
        ],
    },
    Held {
        what: "screen readers cannot follow",
        fails: "from the list to the report a screen would be drawn, a byte would move the cursor, or an outcome would not be read out",
        tests: &[
            "a_dumb_terminal_gets_lines_from_the_list_to_the_report",
            "from_the_list_to_the_report_as_lines_and_it_is_so",
            "each_outcome_is_told_as_it_comes_and_the_report_says_what_needs_somebody_first",
            "no_lines_but_the_phrase_start_anything_and_none_panics",
        ],
    },
    Held {
        what: "fonts of their own",
        fails: "a screen would have a sign that only some fonts have, or ASCII would have one of ours left",
        tests: &[
            "no_snapshot_needs_a_font_of_its_own_or_a_terminal_that_knows_how_wide_a_sign_is",
            "the_ascii_set_leaves_none_of_our_characters_and_all_of_other_peoples",
        ],
    },
    Held {
        what: "emoji and signs of doubtful width break borders",
        fails: "a sign of ours would be as wide as the terminal likes, or somebody's name would move a cell beside itself",
        tests: &[
            "no_snapshot_needs_a_font_of_its_own_or_a_terminal_that_knows_how_wide_a_sign_is",
            "f41_no_screen_of_80_columns_sends_what_somebody_else_wrote_or_moves_a_cell",
            "every_payload_comes_out_safe_short_and_as_wide_as_it_is_drawn",
            "of_all_characters_none_that_is_banned_is_kept_and_none_that_is_kept_takes_no_room",
        ],
    },
    Held {
        what: "a question to the terminal leaves junk at the prompt",
        fails: "the console would ask its terminal something, at its start or later",
        tests: &["the_console_asks_its_terminal_nothing_from_its_start_to_its_end"],
    },
    Held {
        what: "small terminals are refused",
        fails: "a screen would not fit into a size, fall over in it, or keep back what there is room for",
        tests: &[
            "every_screen_fits_into_every_size_however_it_changes_between_keys",
            "a_terminal_of_one_cell_and_back_again_is_survived",
            "in_a_terminal_that_is_too_small_a_key_can_only_leave",
        ],
    },
    Held {
        what: "Ctrl-Z does not suspend",
        fails: "the terminal would not be given back, or a run would be suspended without a word",
        tests: &[
            "ctrl_z_gives_the_terminal_back_until_the_program_is_continued",
            "f34_ctrl_z_and_sigtstp_in_flight_are_refused_with_words",
        ],
    },
    Held {
        what: "no record of who did what",
        fails: "a request would leave before it is on record, a run would not say whose it was, or a record could be changed unseen",
        tests: &[
            "i05_i18_what_the_journal_does_not_take_is_never_sent",
            "a_plan_made_by_one_command_is_carried_out_by_another_and_the_journal_agrees_with_the_truth",
            "a_run_is_copied_for_a_ticket_and_the_whole_of_its_note_is_shown",
            "i26_verifying_names_the_row_that_was_tampered_with",
            "no_statement_removes_anything_but_a_whole_finished_run",
        ],
    },
];

/// What a good citizen of a terminal does.
const CHECKLIST: [Held; 14] = [
    Held {
        what: "no colour where none is wanted",
        fails: "a colour would be sent although NO_COLOR is set",
        tests: &["without_colours_the_row_of_the_cursor_stays_reversed_and_no_colour_is_sent"],
    },
    Held {
        what: "one guard undoes what was set",
        fails: "a mode would stay on, or be taken back twice",
        tests: &[
            "ctrl_c_on_the_list_leaves_and_restores",
            "a_panic_gives_the_terminal_back_before_it_is_reported",
            "an_error_once_the_terminal_was_taken_over_gives_it_back",
            "an_error_at_the_start_leaves_the_terminal_alone",
        ],
    },
    Held {
        what: "signals and a lost terminal",
        fails: "a signal would leave modes on or a request in flight unsettled, or a console would outlive its terminal",
        tests: &[
            "sigterm_and_sighup_leave_and_restore",
            "a_terminal_that_is_gone_ends_the_console_within_a_second",
            "a_terminal_that_goes_away_takes_the_console_with_it",
            "f34_signals_in_flight_let_it_settle_and_then_leave",
            "f34_a_terminal_that_goes_away_in_flight_lets_it_settle",
        ],
    },
    Held {
        what: "suspended and continued",
        fails: "the screen would not be whole again, or a run would stand still in the middle of a request",
        tests: &[
            "ctrl_z_gives_the_terminal_back_until_the_program_is_continued",
            "sigtstp_on_the_list_gives_the_terminal_back_until_the_program_is_continued",
            "f34_ctrl_z_and_sigtstp_in_flight_are_refused_with_words",
        ],
    },
    Held {
        what: "pastes and focus",
        fails: "a paste would be keys, or a console that nobody sees would ask as much as one that is seen",
        tests: &[
            "a_pasted_text_runs_nothing",
            "the_focus_is_told",
            "a_short_look_elsewhere_changes_nothing",
            "after_five_minutes_without_focus_the_list_is_polled_once_a_minute_until_somebody_looks",
        ],
    },
    Held {
        what: "whole frames",
        fails: "a frame would leave in parts, so that a terminal shows half of one",
        tests: &[
            "frames_are_sent_whole_and_modes_are_asked_for_in_the_alternate_screen",
            "a_frame_leaves_in_one_write_between_its_marks",
            "a_frame_that_could_not_be_written_is_ended_all_the_same",
        ],
    },
    Held {
        what: "other sizes",
        fails: "a new size would leave the old picture, lose the cursor's chat, swallow a key, or keep a box open that cannot be read",
        tests: &[
            "a_storm_of_sizes_ends_in_a_whole_screen_and_few_frames",
            "a_key_that_comes_together_with_a_new_size_is_heard_at_once",
            "a_terminal_of_one_cell_and_back_again_is_survived",
            "of_a_storm_of_sizes_only_the_last_is_drawn",
            "a_box_that_no_longer_fits_closes_to_the_plan",
            "every_screen_fits_into_every_size_however_it_changes_between_keys",
            "the_cursor_stays_on_its_chat_and_on_the_screen_whatever_the_size",
        ],
    },
    Held {
        what: "releases count for nothing, repeats confirm nothing",
        fails: "a held key would spell a phrase",
        tests: &[
            "a_release_is_no_key",
            "a_held_key_says_so",
            "held_keys_and_pastes_do_not_spell_the_phrase",
        ],
    },
    Held {
        what: "no keyboard protocol unless it is wanted",
        fails: "one would be asked for without the configuration's word",
        tests: &[
            "the_kitty_protocol_is_asked_for_where_it_is_wanted_and_on_the_alternate_screen_alone",
        ],
    },
    Held {
        what: "nothing is asked of a terminal that may not answer",
        fails: "a question would be sent by the console, or doctor's would be waited for without end",
        tests: &[
            "the_console_asks_its_terminal_nothing_from_its_start_to_its_end",
            "a_terminal_that_answers_nothing_is_left_alone_and_as_it_was_found",
        ],
    },
    Held {
        what: "the title, and the one that was there before",
        fails: "the window would keep ours, or get one that is not wanted",
        tests: &[
            "the_configuration_keeps_mouse_and_title_out",
            "without_a_title_of_the_configuration_the_window_keeps_its_own",
            "ctrl_c_on_the_list_leaves_and_restores",
        ],
    },
    Held {
        what: "a bell at the end of a run, where it is wanted",
        fails: "it would ring unasked, or not at all",
        tests: &[
            "the_end_of_a_run_rings_as_the_configuration_says",
            "the_end_of_a_run_is_announced_as_the_operator_wants_and_by_itself_not_at_all",
        ],
    },
    Held {
        what: "no screen where there is no terminal",
        fails: "escape sequences would go into a pipe, or nobody would be told how the console is opened",
        tests: &["without_a_terminal_the_list_is_printed_once_and_says_how_the_console_is_opened"],
    },
    Held {
        what: "no idle load",
        fails: "a second in which nothing happens would cost more than its clock",
        tests: &[
            "doing_nothing_costs_next_to_nothing",
            "an_age_tick_on_a_full_wide_list_writes_less_than_two_kilobytes",
        ],
    },
];

#[test]
fn what_users_complain_about_and_what_terminals_are_owed_is_held_by_tests_that_are_there() {
    let tests = tests();
    let named = || COMPLAINTS.iter().chain(&CHECKLIST);
    let missing: Vec<_> = named()
        .flat_map(|held| held.tests.iter().map(move |name| (held.what, name)))
        .filter(|(_, name)| !tests.iter().any(|test| test == *name))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    for held in named() {
        assert!(!held.tests.is_empty(), "nothing holds: {}", held.what);
        assert!(
            held.fails.contains(" would "),
            "{}: {}",
            held.what,
            held.fails
        );
    }
}
