// An explanation for programs: the whole trace, with fixed names and order.

import JSON

extension Explanation: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("action", request.action)
            writer.member("resource", request.resource)
            writer.member("resourceAccount", request.resourceAccount)
            writer.member(
                "principal",
                request.principal.kind == .anonymous ? nil : request.principal.arn
            )
            writer.member("decision", decision.verdict.rawValue)
            writer.member("layer", decision.layer?.rawValue)
            writer.member("reason", line)
            if !decision.isAllowed { writer.member("awsMessage", awsMessage) }
            writer.array("determining") { writer in
                for reference in decision.determining {
                    writer.object {
                        $0.member("layer", reference.layer.rawValue)
                        $0.member("document", reference.policy.id)
                        $0.member("statement", reference.number)
                        $0.member("sid", reference.sid)
                    }
                }
            }
            writer.array("layers") { writer in
                for layer in layers { layer.write(to: &writer) }
            }
            writer.array("nearMisses") { writer in
                for miss in nearMisses { miss.write(to: &writer) }
            }
            if !request.context.entries.isEmpty {
                writer.array("context") { writer in
                    for entry in request.context.entries {
                        writer.object {
                            $0.member("key", entry.key)
                            $0.member("values", entry.values)
                            $0.member("source", entry.source.rawValue)
                        }
                    }
                }
            }
        }
    }
}

extension LayerTrace: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("layer", layer.rawValue)
            writer.member("outcome", outcome.rawValue)
            writer.array("documents") { writer in
                for document in documents {
                    writer.object { writer in
                        writer.member("document", document.policy.id)
                        writer.array("statements") { writer in
                            for statement in document.statements { statement.write(to: &writer) }
                        }
                    }
                }
            }
        }
    }
}

extension StatementTrace: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("statement", statement.number)
            writer.member("sid", statement.sid)
            writer.member("effect", statement.effect.rawValue)
            writer.member("matched", isMatch)
            statement.place.writeMembers(to: &writer)
            writer.array("elements") { writer in
                for element in elements { element.write(to: &writer) }
            }
        }
    }
}

extension ElementTrace: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("element", name)
            writer.member("matched", isMatch)
            writer.member("wanted", wanted)
            writer.member("actual", actual)
            if let condition {
                writer.member("operator", condition.operator)
                writer.member("key", condition.key)
                writer.member("source", condition.source?.rawValue)
            }
            writer.member(ifPresent: "hint", hint)
            place.writeMembers(to: &writer)
        }
    }
}

extension NearMiss: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("layer", layer.rawValue)
            writer.member("document", policy.id)
            writer.member("statement", statement.number)
            writer.member("sid", statement.sid)
            writer.member("elements", failures.map(\.label))
            writer.member("reason", text)
        }
    }
}

extension Place {
    /// Line and column, where there is a place.
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        guard self != .none else { return }
        writer.member("line", line)
        writer.member("column", column)
    }
}
