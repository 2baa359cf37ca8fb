//! What users of terminal programs complain about, and what a good citizen of a terminal does: each of it is held by tests, named here. A
//! test that is renamed or goes is missed, and so is a promise that nobody tests.

use crate::promises::tests;

/// A complaint or a line of the checklist, and the tests that hold it.
type Held = (&'static str, &'static [&'static str]);

/// What users complain about, by harm and repetition.
const COMPLAINTS: [Held; 33] = [
    (
        "one keystroke destroys work",
        &[
            "without_the_typed_phrase_nothing_starts_and_nothing_panics",
            "no_keys_without_the_typed_phrase_make_the_truth_show_a_change_of_ours",
            "opening_a_plan_and_confirming_it_are_different_keys",
        ],
    ),
    (
        "Enter confirms by accident",
        &[
            "enter_alone_and_other_words_send_nothing",
            "keys_that_were_typed_before_the_box_could_be_read_do_not_count",
            "held_keys_and_pastes_do_not_spell_the_phrase",
        ],
    ),
    (
        "a dialog's label and its effect disagree",
        &[
            "every_dialog_opens_on_the_safe_choice",
            "the_confirmation_with_half_a_phrase",
            "the_phrase_starts_the_very_plan_that_was_shown_with_its_note",
        ],
    ),
    (
        "the selection moves under the cursor",
        &[
            "a_plan_is_about_what_was_marked_whatever_the_list_does_meanwhile",
            "the_order_is_held_while_rows_are_marked_and_new_rows_go_to_the_end",
            "a_chat_that_ended_stays_as_a_ghost_for_ten_seconds",
            "when_the_chat_under_the_cursor_goes_the_cursor_keeps_its_line_and_says_so",
            "f43_what_was_under_the_cursor_when_it_was_seen_is_what_is_marked_however_fast_the_list_changes",
        ],
    ),
    (
        "a count without names before a bulk action",
        &[
            "a_plan",
            "a_live_chat_is_planned_alone_and_by_its_own_phrase",
        ],
    ),
    (
        "partial failure is invisible",
        &[
            "a_report_with_chats_that_need_somebody",
            "after_a_run_only_what_needs_somebody_stays_marked",
        ],
    ),
    (
        "the wrong environment",
        &[
            "every_screen_and_every_dialog_has_its_snapshots",
            "the_age_of_the_data_is_in_row_0_whatever_happens",
        ],
    ),
    (
        "read-only leaks",
        &[
            "i24_the_client_of_a_read_only_profile_is_no_terminator",
            "a_read_only_console_starts_nothing_even_with_the_phrase",
            "read_only_says_why_in_the_palette_in_the_help_and_to_the_key",
        ],
    ),
    (
        "no way to mark all, and keys that systems keep",
        &[
            "keys_that_terminals_keep_for_themselves_are_not_bound",
            "an_action_is_found_by_its_words_and_goes_the_way_of_its_key",
        ],
    ),
    (
        "a key that scrolls here deletes there",
        &["no_key_that_moves_on_one_screen_acts_on_another"],
    ),
    (
        "ages are sorted as text",
        &["ages_in_the_list_fall_from_top_to_bottom_when_it_is_sorted_by_age"],
    ),
    (
        "unreadable on some grounds",
        &[
            "every_theme_can_be_read_on_its_ground_and_its_roles_told_apart_with_any_colour_vision",
            "no_theme_sets_a_background_or_paints_ordinary_text",
            "the_row_under_the_cursor_has_one_colour_and_nothing_dim_on_it",
            "every_screen_and_every_dialog_has_its_snapshots",
        ],
    ),
    (
        "colour is the only cue",
        &[
            "what_colours_say_modifiers_say_too",
            "bad_stands_out_from_good_and_warn_without_any_colour",
        ],
    ),
    (
        "NO_COLOR hides the cursor's row",
        &["without_colours_the_marked_row_stays_reversed_and_no_colour_is_sent"],
    ),
    (
        "the clipboard fails over SSH",
        &[
            "the_clipboard_is_tested_only_on_request",
            "f45_a_child_is_told_nothing",
        ],
    ),
    (
        "the mouse is taken away from selecting text",
        &[
            "m_turns_the_mouse_off_and_on_and_names_the_way_around_it",
            "the_configuration_keeps_mouse_and_title_out",
        ],
    ),
    (
        "a paste runs shortcuts",
        &[
            "a_pasted_text_runs_nothing",
            "a_pasted_command_in_the_list_does_nothing_but_say_so",
            "a_paste_is_never_taken_for_keys",
            "a_pasted_id_opens_the_filter_on_the_list_and_nowhere_else",
        ],
    ),
    (
        "an orphan spins when the connection dies",
        &[
            "a_lost_connection_leaves_no_orphan_behind_its_shell",
            "a_terminal_that_goes_away_takes_the_console_with_it",
        ],
    ),
    (
        "a broken terminal after a panic or an error",
        &[
            "a_panic_gives_the_terminal_back_before_it_is_reported",
            "an_error_at_the_start_leaves_the_terminal_alone",
        ],
    ),
    (
        "keyboard protocols pushed on the wrong screen",
        &["frames_are_sent_whole_and_modes_are_asked_for_in_the_alternate_screen"],
    ),
    (
        "every key twice",
        &["a_release_is_no_key", "a_held_key_says_so"],
    ),
    (
        "slow with thousands of rows",
        &["of_ten_thousand_chats_a_frame_costs_as_much_as_of_sixty"],
    ),
    (
        "a high load while idle",
        &[
            "doing_nothing_costs_next_to_nothing",
            "a_console_that_nobody_touches_draws_once_a_second_and_no_more",
            "where_nothing_changed_not_a_byte_is_written",
        ],
    ),
    (
        "flicker and tearing",
        &[
            "a_frame_leaves_in_one_write_between_its_marks",
            "a_frame_that_could_not_be_written_is_ended_all_the_same",
        ],
    ),
    (
        "old data shown as live, or wiped",
        &[
            "the_age_of_the_data_is_in_row_0_whatever_happens",
            "what_was_known_stays_in_sight_while_offline_and_nothing_can_be_planned",
            "the_phrase_cannot_be_reached_before_every_chat_was_read_again",
        ],
    ),
    (
        "polling runs into the rate limit",
        &[
            "listing_takes_at_most_two_fifths_of_any_minute_and_reads_take_the_rest",
            "f37_five_minutes_without_the_service_cost_polling_at_most_twenty_requests",
        ],
    ),
    (
        "the list cannot be paused",
        &["the_age_of_the_data_is_in_row_0_whatever_happens"],
    ),
    (
        "no search in details",
        &["a_page_is_searched_whole_in_any_case_and_counted"],
    ),
    (
        "columns cannot be chosen",
        &["chosen_columns_stand_in_their_order_and_a_view_has_its_own"],
    ),
    (
        "times in UTC only",
        &["times_are_shown_in_the_operators_zone"],
    ),
    (
        "keys that other keyboards have not",
        &["nothing_needs_a_key_that_is_missing_on_some_keyboards"],
    ),
    (
        "screen readers cannot follow",
        &["every_screen_and_every_dialog_has_its_snapshots"],
    ),
    (
        "fonts of their own",
        &["every_screen_and_every_dialog_has_its_snapshots"],
    ),
];

/// What a good citizen of a terminal does.
const CHECKLIST: [Held; 14] = [
    (
        "no colour where none is wanted",
        &["without_colours_the_marked_row_stays_reversed_and_no_colour_is_sent"],
    ),
    (
        "one guard undoes what was set",
        &[
            "ctrl_c_on_the_list_leaves_and_restores",
            "a_panic_gives_the_terminal_back_before_it_is_reported",
            "an_error_at_the_start_leaves_the_terminal_alone",
        ],
    ),
    (
        "signals and a lost terminal",
        &[
            "sigterm_and_sighup_leave_and_restore",
            "a_terminal_that_is_gone_ends_the_console_within_a_second",
            "a_terminal_that_goes_away_takes_the_console_with_it",
            "f34_signals_in_flight_let_it_settle_and_then_leave",
            "f34_a_terminal_that_goes_away_in_flight_lets_it_settle",
        ],
    ),
    (
        "suspended and continued",
        &[
            "ctrl_z_gives_the_terminal_back_until_the_program_is_continued",
            "sigtstp_on_the_list_gives_the_terminal_back_until_the_program_is_continued",
            "f34_ctrl_z_and_sigtstp_in_flight_are_refused_with_words",
        ],
    ),
    (
        "pastes and focus",
        &[
            "a_pasted_text_runs_nothing",
            "the_focus_is_told",
            "a_short_look_elsewhere_changes_nothing",
            "after_five_minutes_without_focus_the_list_is_polled_once_a_minute_until_somebody_looks",
        ],
    ),
    (
        "whole frames",
        &[
            "frames_are_sent_whole_and_modes_are_asked_for_in_the_alternate_screen",
            "a_frame_leaves_in_one_write_between_its_marks",
            "a_frame_that_could_not_be_written_is_ended_all_the_same",
        ],
    ),
    (
        "other sizes",
        &[
            "a_storm_of_sizes_ends_in_a_whole_screen_and_few_frames",
            "a_terminal_of_one_cell_and_back_again_is_survived",
            "of_a_storm_of_sizes_only_the_last_is_drawn",
            "a_box_that_no_longer_fits_closes_to_the_plan",
            "every_screen_fits_into_every_size_however_it_changes_between_keys",
            "the_cursor_stays_on_its_chat_and_on_the_screen_whatever_the_size",
        ],
    ),
    (
        "releases count for nothing, repeats confirm nothing",
        &[
            "a_release_is_no_key",
            "a_held_key_says_so",
            "held_keys_and_pastes_do_not_spell_the_phrase",
        ],
    ),
    (
        "no keyboard protocol unless it is wanted",
        &["frames_are_sent_whole_and_modes_are_asked_for_in_the_alternate_screen"],
    ),
    (
        "nothing is asked of a terminal that may not answer",
        &["a_terminal_that_answers_nothing_is_left_alone_and_as_it_was_found"],
    ),
    (
        "the title, and the one that was there before",
        &[
            "the_configuration_keeps_mouse_and_title_out",
            "without_a_title_of_the_configuration_the_window_keeps_its_own",
            "ctrl_c_on_the_list_leaves_and_restores",
        ],
    ),
    (
        "a bell at the end of a run, where it is wanted",
        &[
            "the_end_of_a_run_rings_as_the_configuration_says",
            "the_end_of_a_run_is_announced_as_the_operator_wants_and_by_itself_not_at_all",
        ],
    ),
    (
        "no screen where there is no terminal",
        &["without_a_terminal_the_list_is_printed_once_and_says_how_the_console_is_opened"],
    ),
    (
        "no idle load",
        &[
            "doing_nothing_costs_next_to_nothing",
            "an_age_tick_on_a_full_wide_list_writes_less_than_two_kilobytes",
        ],
    ),
];

#[test]
fn what_users_complain_about_and_what_terminals_are_owed_is_held_by_tests_that_are_there() {
    let tests = tests();
    let named = COMPLAINTS.iter().chain(&CHECKLIST);
    let missing: Vec<_> = named
        .flat_map(|(what, names)| names.iter().map(move |name| (what, name)))
        .filter(|(_, name)| !tests.iter().any(|test| test == *name))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
