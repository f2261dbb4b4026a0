//! The paths by which derived code gets at the encoding of a value, and at its protobuf type.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::attr::{Encoding, Numeric};

/// `<Codec of a field as Codec<its type>>`.
pub(super) fn field(ty: &Type, encoding: Encoding) -> TokenStream {
    field_as(ty, encoding, "Codec")
}

/// `<Codec of a oneof's value as trait>`; the trait is `Codec` or `ElementCodec`.
pub(super) fn element(ty: &Type, encoding: Encoding, of: &str) -> TokenStream {
    let encoding = marker(encoding, ty.span());
    let of = syn::Ident::new(of, ty.span());
    quote_spanned! {ty.span()=>
        <
            <#ty as ::lahja::__private::Element<#encoding>>::Codec
            as ::lahja::__private::#of<#ty>
        >
    }
}

/// What the field is in a `.proto` file. By the way that [`field`] goes: where there is none, rustc
/// says so once.
pub(super) fn shape(ty: &Type, encoding: Encoding) -> TokenStream {
    let codec = field_as(ty, encoding, "FieldCodec");
    quote!(#codec::SHAPE)
}

fn field_as(ty: &Type, encoding: Encoding, of: &str) -> TokenStream {
    let encoding = marker(encoding, ty.span());
    let of = syn::Ident::new(of, ty.span());
    quote_spanned! {ty.span()=>
        <
            <#ty as ::lahja::__private::Field<#encoding>>::Codec
            as ::lahja::__private::#of<#ty>
        >
    }
}

/// `<Type of a oneof field as OneofField>`.
pub(super) fn oneof(ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as ::lahja::__private::OneofField>)
}

fn marker(encoding: Encoding, span: Span) -> TokenStream {
    match encoding {
        Encoding::Natural => numeric(None, span),
        Encoding::Numeric(encoding) => numeric(Some(encoding), span),
        Encoding::Map { key, value } => {
            let key = numeric(key, span);
            let value = numeric(value, span);
            quote_spanned!(span=> (#key, #value))
        }
    }
}

fn numeric(encoding: Option<Numeric>, span: Span) -> TokenStream {
    let name = match encoding {
        None => "Natural",
        Some(Numeric::Sint32) => "Sint32",
        Some(Numeric::Sint64) => "Sint64",
        Some(Numeric::Fixed32) => "Fixed32",
        Some(Numeric::Fixed64) => "Fixed64",
        Some(Numeric::Sfixed32) => "Sfixed32",
        Some(Numeric::Sfixed64) => "Sfixed64",
    };
    let name = syn::Ident::new(name, span);
    quote_spanned!(span=> ::lahja::__private::#name)
}
