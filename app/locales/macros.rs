//! The macro that declares a message: Spanish first, English second, arguments by type. A message without one of its
//! languages, or with an argument that only one of them names, does not compile.

use model::text::{Locale, number};
use std::borrow::Cow;

/// How an argument stands in a sentence.
pub trait Shown {
    /// The words.
    fn shown(self, locale: Locale) -> Cow<'static, str>;
}

impl Shown for &str {
    fn shown(self, _: Locale) -> Cow<'static, str> {
        Cow::Owned(self.to_owned())
    }
}

impl Shown for i64 {
    fn shown(self, locale: Locale) -> Cow<'static, str> {
        Cow::Owned(number(locale, self))
    }
}

impl Shown for u64 {
    fn shown(self, locale: Locale) -> Cow<'static, str> {
        Cow::Owned(number(locale, i64::try_from(self).unwrap_or(i64::MAX)))
    }
}

/// A value that stands for any other in the test that walks through all messages.
#[cfg(test)]
pub trait Sample {
    /// The value.
    fn sample() -> Self;
}

#[cfg(test)]
impl Sample for &str {
    fn sample() -> Self {
        "sample"
    }
}

#[cfg(test)]
impl Sample for i64 {
    fn sample() -> Self {
        7
    }
}

#[cfg(test)]
impl Sample for u64 {
    fn sample() -> Self {
        7
    }
}

/// Declares messages, each as a function of the locale and its arguments.
///
/// `name => "es", "en";` · `name(a: &str) => "… {a}", "… {a}";` · `name(n: i64) => ["uno", "{n}"], ["one", "{n}"];` where
/// the first argument counts and the first text is for one.
macro_rules! messages {
    ($($name:ident $(($($arg:ident : $ty:ty),+ $(,)?))? => $es:tt, $en:tt;)+) => {
        $($crate::locales::macros::message! { $name ($($($arg: $ty),+)?) $es $en })+

        /// Every message of this file with sample arguments, in both languages.
        #[cfg(test)]
        pub(crate) fn all() -> Vec<(&'static str, String, String)> {
            vec![$((
                stringify!($name),
                $name(model::text::Locale::Es $($(, <$ty as $crate::locales::macros::Sample>::sample())+)?).to_string(),
                $name(model::text::Locale::En $($(, <$ty as $crate::locales::macros::Sample>::sample())+)?).to_string(),
            )),+]
        }
    };
}

/// One message: see [`messages`].
macro_rules! message {
    ($name:ident () $es:literal $en:literal) => {
        #[doc = concat!("`", $en, "`")]
        #[must_use]
        pub fn $name(locale: model::text::Locale) -> &'static str {
            locale.pick($es, $en)
        }
    };
    ($name:ident ($($arg:ident : $ty:ty),+) $es:literal $en:literal) => {
        #[doc = concat!("`", $en, "`")]
        #[must_use]
        pub fn $name(locale: model::text::Locale, $($arg: $ty),+) -> String {
            $(let $arg = $crate::locales::macros::Shown::shown($arg, locale);)+
            match locale {
                model::text::Locale::Es => format!($es),
                model::text::Locale::En => format!($en),
            }
        }
    };
    ($name:ident ($count:ident : $count_ty:ty $(, $arg:ident : $ty:ty)*)
        [$es_one:literal, $es:literal] [$en_one:literal, $en:literal]) => {
        #[doc = concat!("`", $en, "`")]
        #[must_use]
        pub fn $name(locale: model::text::Locale, $count: $count_ty $(, $arg: $ty)*) -> String {
            let one = $count == 1;
            let $count = $crate::locales::macros::Shown::shown($count, locale);
            $(let $arg = $crate::locales::macros::Shown::shown($arg, locale);)*
            match (locale, one) {
                (model::text::Locale::Es, true) => format!($es_one),
                (model::text::Locale::Es, false) => format!($es),
                (model::text::Locale::En, true) => format!($en_one),
                (model::text::Locale::En, false) => format!($en),
            }
        }
    };
}

pub(crate) use {message, messages};
