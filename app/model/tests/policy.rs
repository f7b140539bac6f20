//! The whole table of role and action is checked in, so that a change of it is read like code.

use model::policy::{Access, Action, Role, allowed, matrix};

#[test]
fn the_table_is_the_checked_in_one() {
    let kept = include_str!("policy_matrix.txt");
    assert_eq!(matrix(), kept, "app/model/tests/policy_matrix.txt is not the table any more");
}

#[test]
fn an_auditor_changes_nothing() {
    let reads = ["see_", "verify_ledger", "manage_own_tokens"];
    for action in Action::ALL.iter().filter(|action| allowed(Role::Auditor, **action) != Access::Deny) {
        assert!(reads.iter().any(|read| action.word().starts_with(read)), "{action}");
    }
}

#[test]
fn a_member_may_nothing_that_a_lead_may_not() {
    for action in Action::ALL {
        if allowed(Role::Lead, *action) == Access::Deny {
            assert_eq!(allowed(Role::Member, *action), Access::Deny, "{action}");
        }
    }
}
