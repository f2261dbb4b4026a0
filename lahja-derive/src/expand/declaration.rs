//! What an item says of itself, for the export of `.proto` files.

use heck::{ToShoutySnakeCase, ToSnakeCase};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use super::codec;
use crate::ast::{
    Enumeration, Event, Field, FieldKind, Message, MessageEncoding, Name, Oneof, Variant,
};
use crate::attr::Doc;

/// `event` is what makes it one, if it is one.
pub(super) fn message(message: &Message<'_>, event: Option<TokenStream>) -> TokenStream {
    let MessageEncoding::Derived(fields) = &message.encoding else {
        return quote!(::lahja::__private::Declaration::Unknown);
    };
    let event = option(event);
    let members = fields.iter().map(member);
    let kind = quote! {
        Message { event: #event, members: &[#(#members),*] }
    };
    item(&message.doc, &message.name, &kind)
}

pub(super) fn event(event: &Event<'_>) -> TokenStream {
    let type_id = option(event.type_id.as_ref().map(|id| id.value));
    let ident = event.message.ident;
    let response = event.response.as_ref();
    let response = option(response.map(|_| quote!(<#ident as ::lahja::Request>::RESPONSE)));
    quote!(::lahja::__private::declare::Event { type_id: #type_id, response: #response })
}

pub(super) fn enumeration(enumeration: &Enumeration<'_>) -> TokenStream {
    let name = &enumeration.name.name.value;
    let prefix = name
        .rsplit('.')
        .next()
        .unwrap_or(name)
        .to_shouty_snake_case();
    let values = enumeration.values.iter().filter_map(|value| {
        let doc = &value.doc;
        let name = value.ident.unraw().to_string().to_shouty_snake_case();
        let name = format!("{prefix}_{name}");
        let number = value.number.as_ref()?.value;
        Some(quote! {
            ::lahja::__private::declare::Value { doc: #doc, name: #name, number: #number }
        })
    });
    let kind = quote!(Enumeration(&[#(#values),*]));
    item(&enumeration.doc, &enumeration.name, &kind)
}

pub(super) fn oneof(oneof: &Oneof<'_>) -> TokenStream {
    let doc = &oneof.doc;
    let fields = oneof.variants.iter().filter_map(variant);
    quote! {
        ::lahja::__private::declare::Oneof { doc: #doc, fields: &[#(#fields),*] }
    }
}

fn item(doc: &Doc, name: &Name, kind: &TokenStream) -> TokenStream {
    let package = option(name.package.as_ref().map(|package| &package.value));
    let name = &name.name.value;
    quote! {
        ::lahja::__private::Declaration::Derived(::lahja::__private::declare::Item {
            doc: #doc,
            package: #package,
            name: #name,
            kind: ::lahja::__private::declare::Kind::#kind,
        })
    }
}

fn member(field: &Field<'_>) -> TokenStream {
    let doc = &field.doc;
    let name = field.ident.unraw().to_string();
    match field.kind {
        FieldKind::Single { tag, encoding } => {
            let shape = codec::shape(field.ty, encoding);
            let field = self::field(doc, &name, tag, &shape);
            quote!(::lahja::__private::declare::Member::Field(#field))
        }
        FieldKind::Oneof => {
            let oneof = codec::oneof(field.ty);
            quote! {
                ::lahja::__private::declare::Member::Oneof {
                    doc: #doc,
                    name: #name,
                    oneof: #oneof::DECLARATION,
                }
            }
        }
    }
}

fn variant(variant: &Variant<'_>) -> Option<TokenStream> {
    let ty = variant.ty?;
    let name = variant.ident.unraw().to_string().to_snake_case();
    let codec = codec::element(ty, variant.attrs.encoding(), "ElementCodec");
    let shape = quote!(::lahja::__private::Shape::Implicit(#codec::TYPE));
    Some(field(
        &variant.doc,
        &name,
        variant.attrs.tag.as_ref()?.value,
        &shape,
    ))
}

fn field(doc: &Doc, name: &str, number: u32, shape: &TokenStream) -> TokenStream {
    quote! {
        ::lahja::__private::declare::Field {
            doc: #doc,
            name: #name,
            number: #number,
            shape: #shape,
        }
    }
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
