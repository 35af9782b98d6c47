/**
 * Keeps some types and fields of a GraphQL schema, given and taken as introspection. What is valid in the result is
 * valid in the whole: nothing is added, and what arguments demand is kept.
 */
interface TypeRef {
  readonly kind: string
  readonly name: string | null
  readonly ofType: TypeRef | null
}
interface InputValue {
  readonly name: string
  readonly type: TypeRef
  readonly defaultValue: string | null
}
interface Field {
  readonly name: string
  readonly args: ReadonlyArray<InputValue>
  readonly type: TypeRef
}
interface Type {
  readonly kind: string
  readonly name: string
  readonly fields: ReadonlyArray<Field> | null
  readonly inputFields: ReadonlyArray<InputValue> | null
  readonly interfaces: ReadonlyArray<TypeRef> | null
  readonly possibleTypes: ReadonlyArray<TypeRef> | null
  readonly enumValues: ReadonlyArray<{ readonly name: string }> | null
}
interface Introspection {
  readonly __schema: {
    readonly types: ReadonlyArray<Type>
    readonly directives: ReadonlyArray<{ readonly name: string }>
  }
}

const nameOf = (reference: TypeRef): string =>
  reference.ofType === null ? (reference.name ?? "") : nameOf(reference.ofType)

export const pruneGraphql = (
  published: Introspection,
  kept: Readonly<Record<string, ReadonlyArray<string>>>
): unknown => {
  const all = new Map(published.__schema.types.map((type) => [type.name, type]))
  const types = new Map<string, unknown>()
  const pending = Object.keys(kept)

  const isKept = (reference: TypeRef) => Object.hasOwn(kept, nameOf(reference))
  const input = ({ defaultValue, name, type }: InputValue) => {
    pending.push(nameOf(type))
    return { name, type, defaultValue }
  }
  const keepFields = ({ fields, name: owner }: Type) =>
    (kept[owner] ?? [])
      .filter((name) => !name.startsWith("__"))
      .map((name) => {
        const field = fields?.find((candidate) => candidate.name === name)
        if (field === undefined) throw new Error(`The published schema has no ${owner}.${name}`)
        pending.push(nameOf(field.type))
        return { name, args: field.args.map(input), type: field.type, isDeprecated: false, deprecationReason: null }
      })

  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (types.has(name)) continue
    const type = all.get(name)
    if (type === undefined) throw new Error(`The published schema has no type ${name}`)
    const composite = type.kind === "OBJECT" || type.kind === "INTERFACE"
    if (composite && !Object.hasOwn(kept, name)) throw new Error(`Say which fields of ${name} are kept`)
    types.set(name, {
      kind: type.kind,
      name,
      fields: composite ? keepFields(type) : null,
      inputFields: type.inputFields?.map(input) ?? null,
      // an interface that is kept has the fields of each type that says it is one
      interfaces: composite ? (type.interfaces?.filter(isKept) ?? []) : null,
      possibleTypes: type.possibleTypes?.filter(isKept) ?? null,
      enumValues:
        type.enumValues?.map((value) => ({ name: value.name, isDeprecated: false, deprecationReason: null })) ?? null
    })
  }
  return {
    __schema: {
      queryType: { name: "Query" },
      mutationType: { name: "Mutation" },
      subscriptionType: null,
      types: [...types.values()],
      directives: []
    }
  }
}
