"""Which fault is tried where? Everything that a sender of webhooks must survive, and what it promises, by its test.

For a reader who asks "what if …". A name that leads nowhere fails; the long forms of what a suite has no time for are
in tests/bench (webhooks: kills, hanging; webhooks_long: a soak, a sweep of a million attempts).
"""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

SURVIVAL, HEALTH, FAIR, ORDER = (
    f"tests.webhooks.test_{name}" for name in ("survival", "health", "fairness", "superseding")
)
KILLED, CLOCK, HOST, FOREIGN = (
    f"tests.webhooks.test_{name}" for name in ("killed", "clock", "one_host", "foreign_verifiers")
)
SENDING, LIMITS, ADDRESSES = (f"tests.outbound.test_{name}" for name in ("deliver", "deliver_limits", "addresses"))
PROCESSES, PATIENCE, SIGNATURE, QUEUE = (
    f"tests.test_{name}" for name in ("processes", "patience", "signature", "webhooks")
)
CARE, API, READY, STARTING = (
    f"tests.api.test_{name}" for name in ("webhook_care", "subscriptions", "health", "service")
)
LISTENER, STORE, MANY = "tests.cli.test_webhooks", "tests.store.test_store", "tests.store.test_many_processes"
BENCH, LONG = "tests.bench.webhooks", "tests.bench.webhooks_long"

FAULTS: dict[str, tuple[tuple[str, str], ...]] = {
    "a worker is killed at random under load": (
        (KILLED, "test_workers_killed_at_random_under_load_lose_nothing"),
        (PROCESSES, "test_a_service_on_one_file_may_be_killed_at_any_moment"),
        (BENCH, "measure_kills"),
    ),
    "a worker is killed at each point of a turn": ((SURVIVAL, "test_a_worker_may_die_at_any_point_of_a_turn"),),
    "a change is rolled back": ((SURVIVAL, "test_a_change_that_is_rolled_back_is_told_to_nobody"),),
    "the power fails": (
        (SURVIVAL, "test_a_copy_of_the_files_taken_at_any_moment_is_whole"),
        (STORE, "test_writers_survive_a_power_loss_as_far_as_sqlite_can"),
    ),
    "the disk is full, the database is locked": (
        (SURVIVAL, "test_results_are_written_once_the_disk_has_room_again"),
        (SURVIVAL, "test_results_wait_while_the_database_is_locked_and_no_attempt_is_charged"),
        (READY, "test_a_stall_is_seen_within_thirty_seconds_and_says_what_to_do"),
    ),
    "PostgreSQL restarts": ((PROCESSES, "test_a_restart_of_postgresql_loses_and_doubles_nothing"),),
    "two workers share one queue": (
        (SURVIVAL, "test_two_workers_send_each_delivery_once"),
        (PROCESSES, "test_processes_of_the_procfile_share_the_work_and_any_of_them_may_be_killed"),
        (BENCH, "measure_postgresql"),
    ),
    "a lease ends while its request still runs, or its worker is frozen": (
        (HEALTH, "test_a_late_result_of_a_lost_lease_is_logged_and_changes_nothing"),
        (KILLED, "test_a_worker_frozen_past_its_leases_changes_nothing_when_it_thaws"),
    ),
    "the clock jumps": (
        (FAIR, "test_a_clock_that_jumps_by_an_hour_makes_neither_a_burst_nor_a_silence"),
        (CLOCK, "test_what_waits_for_its_next_attempt_does_not_wait_an_hour_longer"),
        (CLOCK, "test_a_lease_of_a_dead_worker_ends_although_the_clock_was_set_back"),
    ),
    "a worker is told to stop with requests on their way": (
        (SURVIVAL, "test_a_stop_lets_what_is_on_its_way_land_and_gives_the_rest_back"),
        (PROCESSES, "test_a_worker_that_is_told_to_stop_lets_land_what_is_on_its_way"),
    ),
    "headers, bodies or chunks drip; an endless 100 Continue; silence; an endless body; a gzip bomb": (
        (SENDING, "test_every_answer_has_its_code_and_ends_on_time"),
        (SENDING, "test_a_receiver_that_said_yes_may_drip_for_two_seconds_at_most"),
        (LIMITS, "test_no_answer_takes_more_than_eight_mebibytes"),
    ),
    "a TLS handshake drips, a certificate is expired, somebody else's, or for another name": (
        (SENDING, "test_a_dripping_handshake_is_a_tls_error"),
        (SENDING, "test_tls_is_checked_against_the_name_and_the_authority"),
        (LIMITS, "test_the_name_is_asked_for_by_tls_and_an_expired_certificate_is_refused"),
    ),
    "a full accept queue, a refusal, resets, an early end, garbage, 101, HTTP/0.9, too many or too long headers": (
        (SENDING, "test_a_full_accept_queue_is_a_connect_timeout"),
        (SENDING, "test_a_refused_connection_has_its_code"),
        (SENDING, "test_every_answer_has_its_code_and_ends_on_time"),
    ),
    "a kept connection dies": (
        (SENDING, "test_a_kept_connection_that_died_costs_no_attempt"),
        (LIMITS, "test_a_thousand_connections_that_die_after_their_answer_cost_no_attempt"),
    ),
    "a name server is slow, fails, gives 200 answers, or another one each time": (
        (SENDING, "test_sixteen_names_that_never_resolve_delay_nobody"),
        (SENDING, "test_two_hundred_answers_to_a_name_are_two_addresses_to_dial"),
        (LIMITS, "test_every_failure_of_a_name_server_is_a_dns_error"),
        (LIMITS, "test_a_name_is_judged_anew_at_every_connection"),
    ),
    "an address leads to where nothing may be sent, by any spelling, redirect or proxy": (
        (ADDRESSES, "test_no_trap_is_reached_by_polling_delivering_or_subscribing"),
        (API, "test_no_address_that_must_not_be_reached_can_be_subscribed_or_changed_to"),
        (LIMITS, "test_a_trap_that_listens_hears_nothing_under_any_spelling"),
        (LIMITS, "test_a_redirect_into_a_trap_that_listens_is_recorded_and_not_followed"),
        (SENDING, "test_proxies_and_passwords_of_the_environment_are_not_used"),
    ),
    "a name turns to a forbidden address after it was subscribed": (
        (ADDRESSES, "test_a_name_that_turns_to_loopback_after_subscribing_is_not_dialled"),
        (LIMITS, "test_a_public_name_that_turns_to_this_machine_is_not_dialled"),
    ),
    "one receiver is dead, one slow, one throttles for ever, among 200": (
        (FAIR, "test_a_dead_and_a_slow_receiver_do_not_delay_two_hundred_others"),
        (BENCH, "measure_faults"),
    ),
    "a thousand receivers are dead for an hour and come back": (
        (FAIR, "test_a_thousand_receivers_that_were_dead_for_an_hour_do_not_come_back_at_once"),
    ),
    "a receiver fails five times in a row": (
        (FAIR, "test_while_the_breaker_is_open_only_probes_are_sent_and_no_attempt_is_used"),
        (PATIENCE, "test_the_breaker_opens_after_five_failures_and_probes_ever_less_often"),
    ),
    "a receiver asks us to wait, or writes nonsense": (
        (LIMITS, "test_a_wish_to_wait_is_read_as_it_was_meant"),
        (PATIENCE, "test_a_wish_to_wait_is_followed_within_bounds"),
        (PATIENCE, "test_no_wish_makes_us_earlier_than_the_step_or_later_than_the_bound"),
    ),
    "a delivery fails again and again": (
        (PATIENCE, "test_ten_thousand_waits_are_within_a_fifth_of_what_is_promised"),
        (QUEUE, "test_after_the_last_attempt_it_is_given_up_and_kept"),
        (HEALTH, "test_giving_up_is_told_once_an_hour_with_a_count"),
    ),
    "a corridor closes while its opening is being retried": (
        (ORDER, "test_an_opening_that_is_being_retried_gives_way_to_the_closing"),
        (HOST, "test_what_was_overtaken_while_it_waited_for_its_host_is_not_sent"),
    ),
    "anything happens in any order": (
        (ORDER, "test_whatever_happens_live_news_rises_and_tells_what_holds"),
        (ORDER, "test_it_does_on_postgresql_too"),
    ),
    "eight write while one follows the change feed": (
        (MANY, "test_eight_writers_and_a_reader_who_follows_sees_every_event_once_and_in_order"),
    ),
    "a receiver answers 410 once, or twice": (
        (HEALTH, "test_a_410_of_a_proxy_that_was_half_configured_ends_nothing"),
        (HEALTH, "test_one_410_is_asked_again_and_a_second_one_ends_it"),
    ),
    "a receiver fails for five days": ((HEALTH, "test_five_days_of_failure_end_after_four_warnings"),),
    "a receiver works again in the last hour": ((HEALTH, "test_a_success_in_the_last_hour_makes_everything_good"),),
    "a subscription is enabled again with nothing, the latest, or all that was missed": (
        (CARE, "test_what_was_held_follows_the_owners_wish"),
    ),
    "a secret is changed during retries, or leaks, or a fourth one is wanted": (
        (FOREIGN, "test_retries_carry_both_secrets_after_a_rotation_and_the_new_one_alone_after_a_leak"),
        (CARE, "test_a_leaked_secret_is_out_at_once"),
        (CARE, "test_at_most_three_secrets_sign"),
    ),
    "a body is Cyrillic, 64 KiB, empty, or one byte is changed": (
        (FOREIGN, "test_every_kind_of_body_verifies"),
        (FOREIGN, "test_every_type_of_event_verifies_and_a_changed_byte_does_not"),
        (FOREIGN, "test_the_vectors_that_we_publish_hold_for_the_library_of_node"),
        (SIGNATURE, "test_the_official_vector_holds"),
    ),
    "the same request comes twenty times at once": ((CARE, "test_a_repeated_request_is_done_once"),),
    "a subscription is deleted while something is on its way": (
        (HEALTH, "test_a_result_for_a_deleted_subscription_is_forgotten"),
        (API, "test_deleting_forgets_what_was_owed"),
    ),
    "a receiver answers with markup, escapes, or half a character": (
        (SENDING, "test_the_head_of_a_hostile_answer_is_harmless_text"),
        (SENDING, "test_whatever_is_answered_becomes_printable_text"),
    ),
    "somebody looks for secrets in logs and files": (
        (SURVIVAL, "test_secrets_are_found_nowhere_but_sealed"),
        (STORE, "test_a_receivers_address_and_secret_are_sealed_on_disk"),
    ),
    "the key that seals is another one": (
        (STARTING, "test_the_app_refuses_to_start_with_another_key_than_the_one_that_sealed"),
        (SURVIVAL, "test_a_store_with_another_key_says_so_before_anything_is_sent"),
    ),
    "a million attempts are swept": (
        (HEALTH, "test_a_sweep_ends_what_is_old_and_leaves_what_is_pending"),
        (LONG, "measure_retention"),
    ),
    "an event for thousands is cut off half-way": (
        (SURVIVAL, "test_an_event_for_thousands_is_owed_to_all_or_to_none"),
        (BENCH, "measure_fanout"),
    ),
    "the thread that sends dies, or stalls": (
        (READY, "test_a_courier_that_dies_is_replaced"),
        (READY, "test_a_worker_beats_for_each_loop_that_looks_and_for_none_that_hangs"),
    ),
    "sources are silent, or we are": (
        (HEALTH, "test_a_heartbeat_tells_what_waits_and_which_sources_are_silent"),
        (LISTENER, "test_a_listener_alarms_after_two_and_a_half_intervals_of_silence"),
    ),
    "every fault at once, for half an hour": ((LONG, "measure_soak"),),
    "the key of an owner is revoked, or expires": (
        (HEALTH, "test_a_key_that_ends_takes_its_subscriptions_along_and_each_is_told"),
    ),
}

PROMISES: dict[str, tuple[tuple[str, str], ...]] = {
    "nothing is lost: what was committed is owed, once, to everybody whom it concerned": (
        (KILLED, "test_workers_killed_at_random_under_load_lose_nothing"),
        (SURVIVAL, "test_an_event_for_thousands_is_owed_to_all_or_to_none"),
    ),
    "nothing is invented": ((SURVIVAL, "test_a_change_that_is_rolled_back_is_told_to_nobody"),),
    "every attempt has the same id and the same bytes": (
        (QUEUE, "test_a_failed_attempt_is_repeated_later_with_the_same_id_and_bytes"),
        (ORDER, "test_whatever_happens_live_news_rises_and_tells_what_holds"),
    ),
    "news never runs backwards, and nobody is told open after the closing": (
        (ORDER, "test_whatever_happens_live_news_rises_and_tells_what_holds"),
        (ORDER, "test_who_asked_for_openings_alone_is_sent_none_after_the_closing"),
    ),
    "one receiver does not delay the others": (
        (FAIR, "test_a_dead_and_a_slow_receiver_do_not_delay_two_hundred_others"),
        (HOST, "test_a_full_host_takes_nobody_elses_place"),
        (BENCH, "measure_hanging"),
    ),
    "every attempt is bounded in time and memory": (
        (SENDING, "test_every_answer_has_its_code_and_ends_on_time"),
        (LIMITS, "test_no_answer_takes_more_than_eight_mebibytes"),
    ),
    "nothing is sent to a forbidden address": ((LIMITS, "test_a_trap_that_listens_hears_nothing_under_any_spelling"),),
    "death between sending and noting repeats, and never loses": (
        (SURVIVAL, "test_a_worker_may_die_at_any_point_of_a_turn"),
    ),
    "nobody is disabled, paused or given up on in silence": (
        (HEALTH, "test_five_days_of_failure_end_after_four_warnings"),
        (HEALTH, "test_a_key_that_ends_takes_its_subscriptions_along_and_each_is_told"),
        (CARE, "test_an_owner_sees_in_every_answer_that_a_receiver_fails"),
    ),
    "no secret and no address of a receiver is in logs, errors or files": (
        (SURVIVAL, "test_secrets_are_found_nowhere_but_sealed"),
        (CARE, "test_metrics_and_answers_tell_no_address_and_no_secret"),
    ),
}


@pytest.mark.parametrize("what", [*FAULTS, *PROMISES])
def test_whatever_may_happen_is_tried(what: str) -> None:
    tried = (FAULTS | PROMISES)[what]
    missing = [f"{module}: {name}" for module, name in tried if not hasattr(importlib.import_module(module), name)]
    assert not missing
    assert any(not module.startswith("tests.bench") or name == "measure_soak" for module, name in tried)


def test_every_test_of_webhooks_is_found_by_itself() -> None:
    """A module of tests that nothing here leads to would be read by nobody."""
    here = {path.stem for path in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).stem}
    led_to = {module.rpartition(".")[2] for tried in (FAULTS | PROMISES).values() for module, _ in tried}
    assert here <= led_to
