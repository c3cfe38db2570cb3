// Which columns of a detailed billing report an export has.

/// A choice of columns.
package struct BillSelection: Equatable, Sendable {
    /// Which tag columns there are.
    package enum Tags: Equatable, Sendable {
        /// Those in which a line of the export has something.
        case withData
        case all
        /// Those with one of these names.
        case named(Set<String>)
    }

    package var tags: Tags
    /// False for the plain report, which has neither the record's and the resource's id nor tags.
    package var hasResources: Bool

    package init(tags: Tags = .withData, hasResources: Bool = true) {
        self.tags = tags
        self.hasResources = hasResources
    }

    /// The columns of a report that the export has, in the report's order.
    ///
    /// - Parameters:
    ///   - header: the report's header.
    ///   - tagsWithData: the tag columns in which a line of the export has something.
    /// - Returns: The indexes.
    func indexes(of header: DetailedBillHeader, withData tagsWithData: Set<Int>) -> [Int] {
        let isTag = Set(header.tags)
        return header.names.indices.filter { index in
            let name = header.names[index]
            if !hasResources {
                return !isTag.contains(index) && name != "ResourceId" && name != "RecordId"
            }
            guard isTag.contains(index) else { return true }
            switch tags {
            case .withData: return tagsWithData.contains(index)
            case .all: return true
            case .named(let names): return names.contains(name)
            }
        }
    }
}
