//! Enums whose values have names, each from one list.

/// Gives an enum `ALL`, `name` and `Display` from the list of its values' names.
macro_rules! names {
    ($enum:ident { $($value:ident = $name:literal),+ $(,)? }) => {
        impl $enum {
            /// Every value.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$value),+];

            /// Its name, as [`Display`](std::fmt::Display) gives it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)+
                }
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

pub(crate) use names;
