//! One story, told to every store: here to SQLite in memory. Another store adds a line.
#![allow(clippy::unwrap_used)]

mod chapters;

use daiban_store::SqliteStore;

macro_rules! tell {
    ($($part:ident :: $chapter:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $chapter() {
            let store = SqliteStore::in_memory().await.unwrap();
            chapters::household(&store).await;
            chapters::$part::$chapter(&store).await;
            store.integrity_check().await.unwrap();
        }
    )+};
}

tell! {
    errands::a_pass_is_written_once_and_behind_its_fence,
    errands::a_batch_writes_what_it_can,
    errands::two_passes_of_one_errand_in_a_batch,
    errands::oldest_due_first_and_no_more_than_asked,
    errands::a_delivery_is_told_once,
    errands::what_comes_in_during_a_pass_is_seen_by_the_next,
    errands::a_paused_errand_sleeps_and_collects,
    errands::what_is_over_is_cleared_up,
    errands::a_cancelled_pass_is_not_written,
    errands::history_facts_and_wishes_come_back,
    errands::an_errand_needs_an_account,
    errands::running_twice_in_a_moment_is_running_once,
    asks::an_answer_reaches_its_errand_once,
    asks::facts_stay_on_their_page_where_the_message_has_its_own_words,
    asks::silence_is_told_once,
    asks::withdrawn_asks_tell_nobody,
    calls::one_call_of_an_account_at_a_time_in_order,
    calls::an_unsure_act_holds_back_acts_but_not_looks,
    calls::a_lost_sign_in_holds_all_but_our_own_errands,
    calls::a_call_settles_once,
    calls::what_a_look_saw_is_told_and_not_left_with_it,
    calls::why_a_look_failed_stays_with_it,
    calls::a_look_that_nobody_is_told_of_keeps_what_it_saw,
    calls::after_a_crash_looks_go_again_and_acts_are_asked_about,
    calls::put_off_is_as_if_nothing_was_sent,
    calls::a_repeated_commit_makes_no_second_call,
    calls::the_ledger_has_what_was_sent,
    calls::blocked_calls_are_not_due,
    kept::the_newest_result_of_a_name_whoever_brought_it,
    kept::a_removed_account_keeps_nothing,
    lookouts::a_thousand_watch_and_one_look_is_due,
    lookouts::the_fastest_wish_counts,
    lookouts::an_observation_during_a_pass_is_not_lost,
    lookouts::nobody_looks_for_the_paused,
    lookouts::those_of_one_service_take_turns,
    lookouts::a_look_put_off_tells_nobody,
    lookouts::a_faster_wish_during_a_look_counts,
    records::a_record_comes_back_as_it_was,
    records::newest_first_since_a_moment_and_no_more_than_asked,
    records::written_again_it_takes_the_place_of_the_one_before,
    records::they_outlive_their_errand,
    records::a_pass_that_is_not_written_leaves_none,
    records::a_removed_account_takes_them_along,
    sharing::the_floor_between_polls,
    sharing::the_quick_floor_is_measured_from_the_last_poll,
    sharing::the_day_begins_at_midnight_in_beijing,
    sharing::the_census_counts_rows_and_turns,
    sharing::what_each_line_has_used_is_told,
    sharing::a_closed_service_is_left_alone,
    sharing::one_hand_an_account,
    sharing::the_next_moment_of_anything,
    leaving::an_admin_who_can_sign_in_stays,
    leaving::every_way_in_ends_with_a_user,
    leaving::accounts_go_over_with_their_errands,
    leaving::recovery_codes_are_renewed,
    people::users_and_tokens,
    people::accounts_and_secrets,
    people::signing_in_lets_everything_go_on,
    people::removing_an_account_ends_its_errands,
    people::problems_keep_their_age,
    people::notices_are_told_once_and_spread_once,
    people::channels_and_what_waited_for_them,
    people::who_did_what_is_kept_in_order,
    people::counts_begin_at_nothing,
    signing_in::a_session_is_found_listed_and_ended,
    signing_in::a_new_password_ends_all_sessions,
    signing_in::words_are_seen_listed_and_withdrawn,
    signing_in::a_browser_is_new_once_to_each_user,
    signing_in::a_second_step_is_set_up_used_and_ended,
    signing_in::a_recovery_code_works_once,
    signing_in::an_account_is_shared_until_it_is_not,
}
